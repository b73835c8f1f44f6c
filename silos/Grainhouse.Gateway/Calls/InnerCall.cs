using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grainhouse.Gateway.Calls;

/// <summary>A request that is under way behind the Kubernetes door.</summary>
internal sealed class InnerCall : IHttpRequestLifetimeFeature, IAsyncDisposable
{
    private readonly InnerResponse response;
    private readonly CancellationToken caller;
    private readonly CancellationTokenSource end;
    private Task work = Task.CompletedTask;

    /// <summary>A request that has not been made yet.</summary>
    public InnerCall(InnerResponse response, CancellationToken caller)
    {
        this.response = response;
        this.caller = caller;
        end = CancellationTokenSource.CreateLinkedTokenSource(caller);
        RequestAborted = end.Token;
    }

    /// <inheritdoc/>
    public CancellationToken RequestAborted { get; set; }

    /// <summary>The status code, once the answer has begun.</summary>
    public int StatusCode => response.StatusCode;

    /// <summary>The headers, once the answer has begun.</summary>
    public IHeaderDictionary Headers => response.Headers;

    /// <summary>Whether the answer is a failure.</summary>
    public bool IsRefused => StatusCode >= 300;

    /// <summary>The answer as it is written.</summary>
    public PipeReader Body => response.Reader;

    /// <summary>Makes the request.</summary>
    public void Run(KubernetesDoor door, HttpContext context) => work = RunAsync(door, context);

    /// <summary>Returns when the answer begins.</summary>
    public async Task UntilBegunAsync()
    {
        await response.Begun.WaitAsync(caller);

        // The door has no answer for a caller who left.
        caller.ThrowIfCancellationRequested();
    }

    /// <summary>Reads the answer to its end.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadAllAsync()
    {
        var whole = new MemoryStream();
        await response.Reader.CopyToAsync(whole, caller);
        return whole.GetBuffer().AsMemory(0, (int)whole.Length);
    }

    /// <inheritdoc/>
    public void Abort()
    {
        end.Cancel();
        response.Cut(new IOException("the answer was cut short"));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await response.Reader.CompleteAsync();
        await work;
        end.Dispose();
    }

    private async Task RunAsync(KubernetesDoor door, HttpContext context)
    {
        await door.HandleAsync(context);
        await response.CompleteAsync();
    }
}
