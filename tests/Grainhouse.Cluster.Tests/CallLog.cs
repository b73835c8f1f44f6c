using System.Collections.Concurrent;
using System.Diagnostics;

namespace Grainhouse.Cluster.Tests;

/// <summary>One call that took long or was not answered with success.</summary>
internal sealed record CallNote(DateTimeOffset Began, TimeSpan Took, string What, string Outcome)
{
    public override string ToString() => $"{Began:HH:mm:ss.fff} {Took.TotalSeconds:0.00} s {What}: {Outcome}";
}

/// <summary>What became of the calls of many clients: how many, how long the longest took, and which were not answered well.</summary>
internal sealed class CallLog
{
    // Far beyond what a call may take: what is cut off here hung.
    private static readonly TimeSpan Hung = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private CallNote? longest;
    private int count;

    public int Count => Volatile.Read(ref count);

    /// <summary>The longest call since the last <see cref="TakeLongest"/>.</summary>
    public CallNote? TakeLongest()
    {
        lock (gate)
        {
            return Interlocked.Exchange(ref longest, null);
        }
    }

    /// <summary>Calls that were answered with anything but success, or that took more than a second.</summary>
    public ConcurrentQueue<CallNote> Notes { get; } = new();

    /// <summary>Makes a call; null when the connection broke or could not be made.</summary>
    public async Task<ApiAnswer?> RunAsync(string what, Func<CancellationToken, Task<ApiAnswer>> call)
    {
        using var bound = new CancellationTokenSource(Hung);
        var began = DateTimeOffset.UtcNow;
        var clock = Stopwatch.StartNew();
        try
        {
            var answer = await call(bound.Token);
            Note(began, clock.Elapsed, what, answer.IsSuccess ? "" : $"{answer.StatusCode} {answer.Reason} {answer.Message}, retry after {answer.RetryAfter?.TotalSeconds}");
            return answer;
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or OperationCanceledException)
        {
            Note(began, clock.Elapsed, what, broken is OperationCanceledException ? "hung" : $"connection: {broken.Message} {broken.InnerException?.Message}");
            return null;
        }
    }

    private void Note(DateTimeOffset began, TimeSpan took, string what, string outcome)
    {
        Interlocked.Increment(ref count);
        var note = new CallNote(began, took, what, outcome);
        lock (gate)
        {
            if (longest is null || took > longest.Took)
            {
                longest = note;
            }
        }

        if (outcome.Length > 0 || took > Long)
        {
            Notes.Enqueue(note);
        }
    }
}
