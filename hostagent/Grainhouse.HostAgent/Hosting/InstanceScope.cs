using System.Security.Cryptography;

namespace Grainhouse.HostAgent.Hosting;

/// <summary>The name by which an agent's containers are told from those of other agents on the same engine.</summary>
/// <remarks>
/// Random, made once per data directory and kept in it: two agents on one machine have the same host name, and a directory
/// may be moved.
/// </remarks>
internal static class InstanceScope
{
    /// <summary>The scope of a data directory, which is made if it is absent.</summary>
    public static string Of(string dataDirectory)
    {
        Directory.CreateDirectory(dataDirectory);
        var path = Path.Combine(dataDirectory, "instance");
        if (File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } kept)
        {
            return kept;
        }

        var scope = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        var temporary = path + ".new";
        File.WriteAllText(temporary, scope + "\n");
        File.Move(temporary, path, overwrite: true);
        return scope;
    }
}
