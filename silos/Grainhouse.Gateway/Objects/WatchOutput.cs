using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Gateway.Objects;

/// <summary>Where a watch's events go. For one watch: not safe to share.</summary>
internal abstract class WatchOutput
{
    /// <summary>Events are written here; <see cref="EndEvent"/> follows each.</summary>
    public abstract IBufferWriter<byte> Buffer { get; }

    /// <summary>Bytes that were written and not sent on.</summary>
    public abstract long Unflushed { get; }

    /// <summary>Tells the client that the watch is open.</summary>
    public abstract Task StartAsync(string contentType, CancellationToken cancellationToken);

    /// <summary>One event is written.</summary>
    public virtual void EndEvent()
    {
    }

    /// <summary>Sends what was written; waits for a client that reads slowly.</summary>
    public abstract ValueTask FlushAsync(CancellationToken cancellationToken);

    /// <summary>Ends the watch.</summary>
    public virtual ValueTask CompleteAsync() => ValueTask.CompletedTask;
}

/// <summary>Events in the body of an HTTP answer.</summary>
internal sealed class HttpWatchOutput(HttpResponse response) : WatchOutput
{
    private readonly PipeWriter body = response.BodyWriter;

    /// <inheritdoc/>
    public override IBufferWriter<byte> Buffer => body;

    /// <inheritdoc/>
    public override long Unflushed => body.UnflushedBytes;

    /// <inheritdoc/>
    /// <remarks>The headers go at once: clients wait for them before they count the watch as open.</remarks>
    public override async Task StartAsync(string contentType, CancellationToken cancellationToken)
    {
        response.ContentType = contentType;
        response.Headers.CacheControl = "no-cache, private";
        await response.StartAsync(cancellationToken);
        await body.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask FlushAsync(CancellationToken cancellationToken) => await body.FlushAsync(cancellationToken);
}
