namespace Grainhouse.HostAgent.Volumes;

/// <summary>Checks that a hostPath is what its type says, and makes it where the type asks for that.</summary>
internal static class HostPaths
{
    /// <summary>Why the path will not do, in kubelet's words; empty if it will.</summary>
    public static string Ensure(string path, string type)
    {
        switch (type)
        {
            case "":
                return "";
            case "DirectoryOrCreate":
                if (!Directory.Exists(path))
                {
                    Directory.CreateDirectory(path);
                }

                return "";
            case "FileOrCreate":
                if (!File.Exists(path))
                {
                    File.Create(path).Dispose();
                }

                return "";
            case "Directory":
                return Directory.Exists(path) ? "" : Failed(path, "directory");
            case "File":
                return File.Exists(path) && IsPlain(path) ? "" : Failed(path, "file");
            case "Socket":
                return File.Exists(path) && !IsPlain(path) ? "" : Failed(path, "socket");
            case "CharDevice" or "BlockDevice":
                return File.Exists(path) ? "" : Failed(path, type == "CharDevice" ? "character device" : "block device");
            default:
                return $"hostPath type check failed: unknown type {type}";
        }
    }

    private static bool IsPlain(string path) => (File.GetAttributes(path) & FileAttributes.Device) == 0 && File.ResolveLinkTarget(path, true) is null or { Exists: true };

    private static string Failed(string path, string type) => $"hostPath type check failed: {path} is not a {type}";
}
