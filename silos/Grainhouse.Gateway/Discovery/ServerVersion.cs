using System.Runtime.InteropServices;
using System.Text;

namespace Grainhouse.Gateway.Discovery;

/// <summary>What <c>/version</c> says: the Kubernetes API that is served, so that clients can judge the skew.</summary>
internal static class ServerVersion
{
    /// <summary>A semantic version, as clients parse it.</summary>
    public const string GitVersion = "v1.32.0+grainhouse";

    /// <summary>The document.</summary>
    public static byte[] Document { get; } = Encoding.UTF8.GetBytes(
        $$"""
        {
          "major": "1",
          "minor": "32",
          "gitVersion": "{{GitVersion}}",
          "gitCommit": "",
          "gitTreeState": "clean",
          "buildDate": "1970-01-01T00:00:00Z",
          "goVersion": "{{RuntimeInformation.FrameworkDescription}}",
          "compiler": "dotnet",
          "platform": "linux/{{Architecture}}"
        }
        """);

    private static string Architecture => RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        var other => other.ToString().ToLowerInvariant(),
    };
}
