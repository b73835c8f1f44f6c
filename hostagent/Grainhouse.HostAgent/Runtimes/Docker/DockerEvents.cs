using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>The engine's event stream as far as it is about this agent's containers; comes back by itself when the engine does.</summary>
internal sealed class DockerEvents(DockerConnection connection, DockerRuntimeOptions options, DockerPods pods, TimeProvider time, DockerLog log)
{
    private static readonly TimeSpan LeastDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MostDelay = TimeSpan.FromSeconds(5);

    /// <summary>What is sent after a gap: events may be lost, so everything is to be looked at.</summary>
    public static readonly RuntimeEvent LookAgain = new("", "", "");

    public async IAsyncEnumerable<RuntimeEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var delay = LeastDelay;
        var since = time.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        while (true)
        {
            var events = Channel.CreateUnbounded<DockerEvent>(new UnboundedChannelOptions { SingleReader = true });
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var stream = FollowAsync(events.Writer, since, stop.Token);
            try
            {
                await foreach (var message in events.Reader.ReadAllAsync(cancellationToken))
                {
                    delay = LeastDelay;
                    since = message.TimeNano + 1;
                    if (EventOf(message) is { } happened)
                    {
                        yield return happened;
                    }
                }
            }
            finally
            {
                // The reader left early, or the stream ended by itself.
                await stop.CancelAsync();
                await stream;
            }

            await Task.Delay(delay, time, cancellationToken);
            delay = delay * 2 < MostDelay ? delay * 2 : MostDelay;
            yield return LookAgain;
        }
    }

    /// <summary>Follows one connection to its end; an end of any kind completes the channel.</summary>
    private async Task FollowAsync(ChannelWriter<DockerEvent> events, long since, CancellationToken cancellationToken)
    {
        try
        {
            var client = await connection.GetClientAsync(cancellationToken);

            // Out of use for the call that holds events back: see DockerEventReader.
#pragma warning disable CS0618
            await using var stream = await client.System.MonitorEventsAsync(Parameters(since), cancellationToken);
#pragma warning restore CS0618

            // The engine's streams do not heed tokens while they read.
            await using var cut = cancellationToken.Register(stream.Dispose);
            await foreach (var happened in DockerEventReader.ReadAsync(stream, cancellationToken))
            {
                events.TryWrite(happened);
            }
        }
        catch (Exception cut) when ((cut is OperationCanceledException or ObjectDisposedException or IOException) && cancellationToken.IsCancellationRequested)
        {
            return;
        }
        catch (Exception error) when (error is RuntimeException or DockerApiException or JsonException || DockerErrors.IsUnreachable(error, cancellationToken))
        {
            log.EventsLost(error.Message);
        }
        finally
        {
            events.TryComplete();
        }
    }

    private ContainerEventsParameters Parameters(long since)
    {
        var filters = DockerLabels.Filter((DockerLabels.Agent, options.InstanceScope));
        filters["type"] = new Dictionary<string, bool>(StringComparer.Ordinal) { ["container"] = true };
        filters["event"] = new Dictionary<string, bool>(StringComparer.Ordinal) { ["start"] = true, ["die"] = true };
        return new ContainerEventsParameters { Filters = filters, Since = $"{since / 1_000_000_000}.{since % 1_000_000_000:D9}" };
    }

    /// <summary>What a message means; null for nothing: that a sandbox started is known to who started it, as is its removal.</summary>
    private RuntimeEvent? EventOf(DockerEvent message)
    {
        var labels = message.Actor.Attributes;
        var uid = DockerLabels.Get(labels, DockerLabels.PodUid);
        return DockerLabels.Get(labels, DockerLabels.Kind) != DockerLabels.SandboxKind
            ? new RuntimeEvent(uid, DockerLabels.Get(labels, DockerLabels.Sandbox), message.Actor.Id)
            : message.Action == "die" && pods.Knows(message.Actor.Id) ? new RuntimeEvent(uid, message.Actor.Id, "") : null;
    }
}
