using System.CommandLine;
using System.Reflection;

namespace Grainhouse.Cli.Commands;

/// <summary><c>grainhouse version</c>.</summary>
internal static class VersionCommand
{
    public static Command Create()
    {
        var command = new Command("version", "Print the version.");
        command.SetAction(_ => Console.WriteLine($"grainhouse {Version}"));
        return command;
    }

    private static string Version =>
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
