using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grainhouse.Gateway.Calls;

/// <summary>An answer of the Kubernetes door that is read within the process, while it is written.</summary>
internal sealed class InnerResponse : IHttpResponseFeature, IHttpResponseBodyFeature
{
    private readonly Pipe pipe = new();
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<(Func<object, Task> Call, object State)> starting = [];
    private readonly List<(Func<object, Task> Call, object State)> completed = [];

    /// <summary>An answer that has not begun.</summary>
    public InnerResponse()
    {
        Writer = new StartingWriter(this, pipe.Writer);
        Stream = Writer.AsStream();
        Body = Stream;
    }

    /// <summary>Completes when the status code and the headers are final.</summary>
    public Task Begun => begun.Task;

    /// <summary>What is answered; read it while it is written.</summary>
    public PipeReader Reader => pipe.Reader;

    /// <inheritdoc/>
    public int StatusCode { get; set; } = 200;

    /// <inheritdoc/>
    public string? ReasonPhrase { get; set; }

    /// <inheritdoc/>
    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

    /// <inheritdoc/>
    [SuppressMessage("Usage", "CA1044", Justification = "The interface asks for it.")]
    public Stream Body { get; set; }

    /// <inheritdoc/>
    public bool HasStarted { get; private set; }

    /// <inheritdoc/>
    public Stream Stream { get; }

    /// <inheritdoc/>
    public PipeWriter Writer { get; }

    /// <inheritdoc/>
    public void OnStarting(Func<object, Task> callback, object state) => starting.Add((callback, state));

    /// <inheritdoc/>
    public void OnCompleted(Func<object, Task> callback, object state) => completed.Add((callback, state));

    /// <inheritdoc/>
    public void DisableBuffering()
    {
    }

    /// <inheritdoc/>
    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (HasStarted)
        {
            return;
        }

        // Last come, first called, as in Kestrel.
        for (var i = starting.Count - 1; i >= 0; i--)
        {
            await starting[i].Call(starting[i].State);
        }

        HasStarted = true;
        begun.TrySetResult();
    }

    /// <inheritdoc/>
    public async Task CompleteAsync()
    {
        await StartAsync();
        await pipe.Writer.CompleteAsync();
        for (var i = completed.Count - 1; i >= 0; i--)
        {
            await completed[i].Call(completed[i].State);
        }
    }

    /// <summary>Ends the answer in the middle; its reader gets the error.</summary>
    public void Cut(Exception error)
    {
        HasStarted = true;
        begun.TrySetResult();
        pipe.Writer.Complete(error);
    }

    private sealed class StartingWriter(InnerResponse response, PipeWriter inner) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => true;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
            response.HasStarted ? inner.FlushAsync(cancellationToken) : StartAndFlushAsync(cancellationToken);

        private async ValueTask<FlushResult> StartAndFlushAsync(CancellationToken cancellationToken)
        {
            await response.StartAsync(cancellationToken);
            return await inner.FlushAsync(cancellationToken);
        }
    }
}
