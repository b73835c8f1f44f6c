using System.Diagnostics;
using System.Text;
using Xunit.Sdk;

namespace Grainhouse.Testing.Fuzzing;

/// <summary>Searches for an input that a target cannot take: one that throws what it should not, hangs, or costs memory without bound.</summary>
/// <remarks>
/// The search is guided by the target's own endings (<see cref="FuzzTarget.Take"/>): an input that ends in a new way is kept and
/// changed further. A failing input is shortened and printed in base64, to become a test of its own.
/// </remarks>
public static class FuzzRun
{
    // A parser may need some hundreds of bytes for a byte of input; what doubles with every byte soon needs more.
    private const long FreeBytes = 32L << 20;
    private const long BytesPerByte = 2000;

    // Endings beyond that are told apart by words that the input itself has in it.
    private const int MostEndings = 2000;

    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    /// <summary>Fuzzes a target for as long as the environment says.</summary>
    /// <exception cref="XunitException">An input was found.</exception>
    public static async Task RunAsync(FuzzTarget target)
    {
        var settings = FuzzSettings.Read();
        var random = new Random(settings.Seed);
        var mutator = new Mutator(random, target.Words);
        var seeds = new List<byte[]>(target.Seeds);
        var endings = new HashSet<string>();
        using var watch = new HangWatch(Hang);
        foreach (var seed in target.Seeds)
        {
            endings.Add(await TakeAsync(target, seed, watch));
        }

        var clock = Stopwatch.StartNew();
        for (var count = 0; settings.Duration is { } duration ? clock.Elapsed < duration : count < FuzzSettings.Inputs; count++)
        {
            var input = mutator.Mutate(seeds[random.Next(seeds.Count)], seeds[random.Next(seeds.Count)]);
            var ending = await TakeAsync(target, input, watch);
            if (endings.Count < MostEndings && endings.Add(ending))
            {
                seeds.Add(input);
            }
        }
    }

    /// <summary>Gives a target one input, as a test of what was found once.</summary>
    /// <exception cref="XunitException">The target cannot take it.</exception>
    public static async Task<string> TakeAsync(FuzzTarget target, byte[] input)
    {
        using var watch = new HangWatch(Hang);
        return await TakeAsync(target, input, watch);
    }

    private static async Task<string> TakeAsync(FuzzTarget target, byte[] input, HangWatch watch)
    {
        var (ending, failure) = await TryAsync(target, input, watch);
        if (failure is null)
        {
            return ending;
        }

        var shortest = await ShortenAsync(target, input, failure, watch);
        throw new XunitException($"{(await TryAsync(target, shortest, watch)).Failure}\ninput: {Convert.ToBase64String(shortest)}\nas text: {Encoding.UTF8.GetString(shortest)}", failure);
    }

    private static async Task<(string Ending, Exception? Failure)> TryAsync(FuzzTarget target, byte[] input, HangWatch watch)
    {
        var thread = Environment.CurrentManagedThreadId;
        var before = GC.GetAllocatedBytesForCurrentThread();
        watch.Begin(input);
        string ending;
        try
        {
            ending = await target.Take(input);
        }
        catch (Exception error)
        {
            return ("", error);
        }
        finally
        {
            watch.End();
        }

        // Targets have all their input at hand, and hardly ever end on another thread; then the cost is not known.
        var cost = thread == Environment.CurrentManagedThreadId ? GC.GetAllocatedBytesForCurrentThread() - before : 0;
        return (ending, cost > FreeBytes + (BytesPerByte * input.Length) ? new XunitException($"{cost} bytes of memory for {input.Length} bytes of input") : null);
    }

    // Ever smaller cuts, as long as what is left still fails in the same way.
    private static async Task<byte[]> ShortenAsync(FuzzTarget target, byte[] input, Exception failure, HangWatch watch)
    {
        for (var cut = input.Length / 2; cut > 0; cut /= 2)
        {
            for (var at = 0; at + cut <= input.Length;)
            {
                byte[] shorter = [.. input[..at], .. input[(at + cut)..]];
                if ((await TryAsync(target, shorter, watch)).Failure?.GetType() == failure.GetType())
                {
                    input = shorter;
                }
                else
                {
                    at += cut;
                }
            }
        }

        return input;
    }
}
