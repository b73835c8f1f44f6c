using System.CommandLine;
using Grainhouse.Cli.Hosting;
using Grainhouse.HostAgent;

namespace Grainhouse.Cli.Commands;

/// <summary><c>grainhouse agent</c>: a host agent that joins a cluster.</summary>
internal static class AgentCommand
{
    public static Command Create()
    {
        var join = new Option<string>("--join") { Description = "A gateway of the cluster.", HelpName = "HOST:PORT", Required = true };
        var token = new Option<string?>("--token") { Description = "The join token; needed for the first contact only.", HelpName = "TOKEN" };
        var tokenFile = new Option<string?>("--token-file") { Description = "A file with the join token.", HelpName = "FILE" };
        var authority = new Option<string?>("--ca") { Description = "The cluster's authority (pki/ca.crt of the silo); needed for the first contact only.", HelpName = "FILE" };
        var authorityHash = new Option<string?>("--ca-hash") { Description = "Instead of --ca: sha256:HEX of the authority's certificate.", HelpName = "HASH" };
        var node = new Option<string?>("--node-name") { Description = "The node's name. Default: the host's name.", HelpName = "NAME" };
        var runtime = SharedOptions.Runtime();
        var data = SharedOptions.Data();
        var command = new Command("agent", "Run this machine's containers for a cluster.") { join, token, tokenFile, authority, authorityHash, node, runtime, data };
        command.Does((parsed, cancellationToken) => RunAsync(
            new LocalAgentSettings
            {
                DataDirectory = Path.GetFullPath(parsed.GetValue(data)!),
                Gateway = AddressOf(parsed.GetValue(join)!),
                JoinToken = parsed.GetValue(token) ?? ReadToken(parsed.GetValue(tokenFile)),
                AuthorityFile = Existing("--ca", parsed.GetValue(authority)),
                AuthorityHash = parsed.GetValue(authorityHash),
                NodeName = parsed.GetValue(node),
                Runtime = parsed.GetValue(runtime)!,
            },
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(LocalAgentSettings settings, CancellationToken cancellationToken)
    {
        RequireIdentity(settings);
        DataDirectory.Create(settings.DataDirectory);
        using var held = InstanceLock.Take(settings.DataDirectory);
        await using var agent = await LocalAgent.StartAsync(settings, cancellationToken);
        Console.WriteLine($"The agent has started and joins {settings.Gateway}.");
        await Shutdown.WaitAsync(cancellationToken);
        Console.WriteLine("Stopping; workloads keep running ('grainhouse down' stops them).");
        return ExitCode.Success;
    }

    internal static Uri AddressOf(string join) =>
        Uri.TryCreate(join.Contains("://", StringComparison.Ordinal) ? join : $"https://{join}", UriKind.Absolute, out var address)
        && address.Scheme == Uri.UriSchemeHttps
            ? address
            : throw new CliException($"--join is '{join}'; it must be HOST:PORT or https://HOST:PORT.", ExitCode.Usage);

    // First contact needs a secret to show and a way to know the cluster by; afterwards the certificate is both.
    internal static void RequireIdentity(LocalAgentSettings settings)
    {
        if (HostAgentHosting.HasJoined(settings.DataDirectory))
        {
            return;
        }

        if (settings.JoinToken is null or "")
        {
            throw new CliException("This agent has not joined a cluster yet: give its join token with --token or --token-file.", ExitCode.Usage);
        }

        if (settings.AuthorityFile is null && settings.AuthorityHash is null)
        {
            throw new CliException("This agent has not joined a cluster yet: say which one to trust with --ca or --ca-hash.", ExitCode.Usage);
        }
    }

    private static string? ReadToken(string? path) => Existing("--token-file", path) is { } file ? File.ReadAllText(file).Trim() : null;

    private static string? Existing(string option, string? path) => path is null || File.Exists(path)
        ? path
        : throw new CliException($"{option} names {path}, but there is no such file.", ExitCode.Usage);
}
