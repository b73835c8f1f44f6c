using System.Diagnostics;

namespace Grainhouse.Acceptance.Tests.Harness;

/// <summary>Looks again, every few milliseconds, until something is so. For what has no event a test could await.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);

    /// <summary>Returns how long it took until the probe said true; fails with the description when the bound has passed.</summary>
    public static async Task<TimeSpan> TrueAsync(Func<string> description, Func<Task<bool>> probe, TimeSpan bound)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            if (await probe())
            {
                return watch.Elapsed;
            }

            if (watch.Elapsed > bound)
            {
                Assert.Fail($"Not within {bound.TotalSeconds} s: {description()}");
            }

            await Task.Delay(Interval);
        }
    }

    public static Task<TimeSpan> TrueAsync(string description, Func<Task<bool>> probe, TimeSpan bound) =>
        TrueAsync(() => description, probe, bound);

    /// <summary>Returns the probe's first answer that fulfils the condition; fails with the last answer otherwise.</summary>
    public static async Task<T> GetAsync<T>(string description, Func<Task<T>> probe, Func<T, bool> condition, TimeSpan bound)
    {
        T last = default!;
        await TrueAsync(
            () => $"{description}; last seen: {last}",
            async () => condition(last = await probe()),
            bound);
        return last;
    }
}
