using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Gateway.Requests;

/// <summary>The time that a request may take: what its <c>timeout</c> says (as in <c>30s</c>), and no more than the server's.</summary>
internal sealed class RequestDeadline : IDisposable
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private readonly HttpContext context;
    private readonly CancellationToken client;
    private readonly CancellationTokenSource timer;
    private readonly CancellationTokenSource either;

    private RequestDeadline(HttpContext context, TimeSpan timeout, TimeProvider time)
    {
        this.context = context;
        client = context.RequestAborted;
        timer = new CancellationTokenSource(timeout, time);
        either = CancellationTokenSource.CreateLinkedTokenSource(client, timer.Token);
        context.RequestAborted = either.Token;
    }

    /// <summary>Whether the time is over, and the client still there.</summary>
    public bool HasPassed => timer.IsCancellationRequested && !client.IsCancellationRequested;

    /// <summary>Begins to count; null where the request does only what has a bound of its own and asks for no other.</summary>
    /// <exception cref="RequestRefusedException">400: the timeout is no duration.</exception>
    public static RequestDeadline? Start(HttpContext context, bool isBounded, TimeSpan longest, TimeProvider time)
    {
        var asked = context.Request.QueryString.HasValue ? (string?)context.Request.Query["timeout"] : null;
        if (string.IsNullOrEmpty(asked))
        {
            return isBounded ? null : new RequestDeadline(context, longest, time);
        }

        if (ParseDuration(asked) is not { } wanted)
        {
            throw Refusals.BadRequest($"invalid timeout specified in the request URL - error: time: invalid duration \"{asked}\"");
        }

        return new RequestDeadline(context, wanted > TimeSpan.Zero && wanted < longest ? wanted : longest, time);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        context.RequestAborted = client;
        either.Dispose();
        timer.Dispose();
    }

    // Go's durations: numbers with units, the largest first or not, as in 1m30s.
    private static TimeSpan? ParseDuration(ReadOnlySpan<char> text)
    {
        if (text is "0")
        {
            return TimeSpan.Zero;
        }

        var total = 0.0;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExcept(Digits);
            if (digits <= 0 || !double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            text = text[digits..];
            var letters = text.IndexOfAny(Digits);
            var unit = letters < 0 ? text : text[..letters];
            text = text[unit.Length..];
            var seconds = unit switch
            {
                "h" => 3600,
                "m" => 60,
                "s" => 1,
                "ms" => 1e-3,
                "us" or "µs" => 1e-6,
                "ns" => 1e-9,
                _ => 0.0,
            };
            if (seconds == 0)
            {
                return null;
            }

            total += number * seconds;
        }

        return TimeSpan.FromSeconds(Math.Min(total, TimeSpan.MaxValue.TotalSeconds / 2));
    }
}
