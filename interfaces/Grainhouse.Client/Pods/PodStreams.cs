using System.Text;
using Grainhouse.Client.Connections;
using Grainhouse.Client.Resources;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Client;

/// <summary>What streams from and to one pod: its logs, commands in it, its ports. <see cref="GrainhouseClient.Pod"/> makes one.</summary>
/// <remarks>
/// Safe to use from any thread. Every method throws <see cref="ApiException"/> where the server refuses, with the server's own words,
/// and <see cref="HttpRequestException"/> where it is not in reach. A stream that has begun fails with an <see cref="IOException"/>
/// when its connection is lost; none is opened again by itself, since what it has missed is not known.
/// </remarks>
public sealed partial class PodStreams
{
    private const string Kind = "Pod";
    private const string V4 = "v4.channel.k8s.io";

    /// <summary>As version 4, and says where input ends (Kubernetes 1.30, KEP 4006).</summary>
    private const string V5 = "v5.channel.k8s.io";

    private static readonly UTF8Encoding Words = new(encoderShouldEmitUTF8Identifier: false);

    private readonly string path;
    private readonly Transport transport;
    private readonly ILoggerFactory loggers;
    private readonly TimeProvider time;

    internal PodStreams(string name, string @namespace, Transport transport, ILoggerFactory loggers, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(@namespace);
        Name = name;
        Namespace = @namespace;
        path = $"/api/v1/namespaces/{Uri.EscapeDataString(@namespace)}/pods/{Uri.EscapeDataString(name)}";
        this.transport = transport;
        this.loggers = loggers;
        this.time = time;
    }

    /// <summary>The pod.</summary>
    public string Name { get; }

    /// <summary>Its namespace.</summary>
    public string Namespace { get; }

    /// <summary>Starts a command beside the processes of a container, and returns when it runs.</summary>
    /// <param name="command">The program and its arguments; no shell reads them.</param>
    /// <param name="settings">Where and with which streams; null for the only container, with both outputs.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    public Task<PodCommand> ExecAsync(IEnumerable<string> command, CommandSettings? settings = null, CancellationToken cancellationToken = default) =>
        ConnectAsync("exec", new QueryText().AddEach("command", command), settings ?? CommandSettings.Outputs, cancellationToken);

    /// <summary>Listens and talks to the running process of a container itself.</summary>
    /// <param name="settings">Which container and which streams, as the container has them; null for both outputs of the only one.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    public Task<PodCommand> AttachAsync(CommandSettings? settings = null, CancellationToken cancellationToken = default) =>
        ConnectAsync("attach", new QueryText(), settings ?? CommandSettings.Outputs, cancellationToken);

    /// <summary>Runs a command to its end, and keeps all that it says.</summary>
    /// <param name="command">The program and its arguments; no shell reads them.</param>
    /// <param name="input">Its input; empty for none.</param>
    /// <param name="container">The container; null where the pod has only one.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <exception cref="NotSupportedException">There is input, and the server is older than Kubernetes 1.30: its protocol cannot say where that ends.</exception>
    public async Task<CommandResult> RunAsync(
        IEnumerable<string> command, ReadOnlyMemory<byte> input = default, string? container = null, CancellationToken cancellationToken = default)
    {
        await using var running = await ExecAsync(command, new CommandSettings { Container = container, Stdin = !input.IsEmpty }, cancellationToken);
        if (!input.IsEmpty && !running.CanEndInput)
        {
            throw new NotSupportedException("The server speaks no protocol that says where input ends (Kubernetes 1.30 and later do).");
        }

        var feeding = input.IsEmpty ? Task.CompletedTask : FeedAsync(running, input, cancellationToken);
        using var output = new StreamReader(running.Stdout, Words, detectEncodingFromByteOrderMarks: false);
        using var error = new StreamReader(running.Stderr, Words, detectEncodingFromByteOrderMarks: false);
        var (said, complained) = (output.ReadToEndAsync(cancellationToken), error.ReadToEndAsync(cancellationToken));
        await feeding;
        return new CommandResult(await running.WaitAsync(cancellationToken), await said, await complained);
    }

    private static async Task FeedAsync(PodCommand running, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        try
        {
            await running.Stdin.WriteAsync(input, cancellationToken);
            await running.Stdin.DisposeAsync();
        }
        catch (IOException)
        {
            // It ended before it had read all. How is what its end tells.
        }
    }

    private async Task<PodCommand> ConnectAsync(string verb, QueryText query, CommandSettings settings, CancellationToken cancellationToken)
    {
        query.Add("container", settings.Container).Add("stdin", settings.Stdin).Add("stdout", settings.Stdout)
            .Add("stderr", settings.Stderr && !settings.Tty).Add("tty", settings.Tty);
        var socket = await transport.ConnectAsync(new Operation(verb, Kind), $"{path}/{verb}{query}", [V5, V4], cancellationToken);
        var connection = new ChannelConnection(socket, PodCommand.Channels, time);
        return new PodCommand(connection, settings.Stdin, canEndInput: connection.Protocol == V5);
    }
}
