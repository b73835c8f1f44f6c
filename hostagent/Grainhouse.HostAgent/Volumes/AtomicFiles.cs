using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Grainhouse.HostAgent.Volumes;

/// <summary>Exchanges the files of a directory as a whole, as kubelet's atomic writer does.</summary>
/// <remarks>
/// The files are written to a new hidden directory; <c>..data</c> is a link to the current one, exchanged by a rename;
/// the names that users see are links through <c>..data</c>. A reader sees all of the old files or all of the new.
/// </remarks>
internal static partial class AtomicFiles
{
    private const string Link = "..data";

    /// <summary>Makes the directory hold exactly these files; false if it did already.</summary>
    public static bool Write(string directory, ImmutableSortedDictionary<string, VolumeFile> files)
    {
        Directory.CreateDirectory(directory);
        var link = Path.Combine(directory, Link);
        var former = new FileInfo(link).LinkTarget;
        if (former is not null && Matches(Path.Combine(directory, former), files))
        {
            return false;
        }

        var fresh = FreshName(directory);
        var path = Path.Combine(directory, fresh);
        foreach (var (name, file) in files)
        {
            WriteFile(Path.Combine(path, name), file);
        }

        Directory.CreateDirectory(path);
        Exchange(directory, link, fresh);
        LinkNames(directory, files);
        if (former is not null && Directory.Exists(Path.Combine(directory, former)))
        {
            Directory.Delete(Path.Combine(directory, former), recursive: true);
        }

        return true;
    }

    private static bool Matches(string directory, ImmutableSortedDictionary<string, VolumeFile> files)
    {
        if (!Directory.Exists(directory) || Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Count() != files.Count)
        {
            return false;
        }

        foreach (var (name, file) in files)
        {
            var path = Path.Combine(directory, name);
            if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(file.Content.Span) || (int)File.GetUnixFileMode(path) != file.Mode)
            {
                return false;
            }
        }

        return true;
    }

    private static void WriteFile(string path, VolumeFile file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, file.Content.Span);
        File.SetUnixFileMode(path, (UnixFileMode)file.Mode);
    }

    private static string FreshName(string directory)
    {
        for (var number = 1; ; number++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"..{number:D4}");
            if (!Directory.Exists(Path.Combine(directory, name)))
            {
                return name;
            }
        }
    }

    private static void Exchange(string directory, string link, string target)
    {
        var temporary = Path.Combine(directory, "..data_tmp");
        File.Delete(temporary);
        File.CreateSymbolicLink(temporary, target);

        // File.Move would follow the link; rename(2) replaces it in one step.
        if (Rename(temporary, link) != 0)
        {
            throw new IOException($"Cannot exchange {link}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string from, string to);

    private static void LinkNames(string directory, ImmutableSortedDictionary<string, VolumeFile> files)
    {
        var names = files.Keys.Select(name => name.Split('/')[0]).ToHashSet(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var path = Path.Combine(directory, name);
            if (new FileInfo(path).LinkTarget is null)
            {
                File.CreateSymbolicLink(path, Path.Combine(Link, name));
            }
        }

        foreach (var path in Directory.EnumerateFileSystemEntries(directory))
        {
            var name = Path.GetFileName(path);
            if (!name.StartsWith("..", StringComparison.Ordinal) && !names.Contains(name))
            {
                File.Delete(path);
            }
        }
    }
}
