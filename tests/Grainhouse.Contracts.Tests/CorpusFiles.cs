using System.Runtime.CompilerServices;

namespace Grainhouse.Contracts.Tests;

/// <summary>The saved bytes. Files are added, never changed: what once was written must be read for ever.</summary>
internal static class CorpusFiles
{
    /// <summary>Whether this run adds the files that are missing.</summary>
    public static bool IsToBeExtended => Environment.GetEnvironmentVariable("GRAINHOUSE_CORPUS") == "extend";

    /// <summary>A file's path in the sources.</summary>
    public static string PathOf(string name) => Path.Combine(Root(), "Corpus", name);

    /// <summary>All files of a folder, in order.</summary>
    public static IEnumerable<string> In(string folder) => Directory.GetFiles(PathOf(folder)).Order(StringComparer.Ordinal);

    /// <summary>Makes sure that a file is there.</summary>
    public static async Task RequireAsync(string name, Func<Task<byte[]>> write)
    {
        var path = PathOf(name);
        if (!File.Exists(path) && IsToBeExtended)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, await write());
        }

        Assert.True(File.Exists(path), $"{name} is not in the corpus. Add it: GRAINHOUSE_CORPUS=extend dotnet test tests/Grainhouse.Contracts.Tests (see its README).");
    }

    private static string Root([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
