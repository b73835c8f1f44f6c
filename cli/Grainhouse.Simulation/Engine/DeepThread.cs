using System.Runtime.ExceptionServices;

namespace Grainhouse.Simulation.Engine;

/// <summary>A thread of a run's own, with more stack than it can use.</summary>
/// <remarks>
/// Where little stack is left, .NET no longer continues a task in place but plans its continuation: another order. How much is left
/// depends on the caller, the machine's limits and what the JIT has optimised so far, so without this a seed would now and then give
/// another run.
/// </remarks>
internal static class DeepThread
{
    private const int StackBytes = 256 << 20;

    /// <summary>Runs work on such a thread and gives its result, or throws its exception.</summary>
    public static T Run<T>(Func<T> work)
    {
        var result = default(T)!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    result = work();
                }
                catch (Exception error)
                {
                    // Not this thread's to judge: it is thrown again in the caller's.
                    failure = ExceptionDispatchInfo.Capture(error);
                }
            },
            StackBytes)
        {
            IsBackground = true,
        };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }
}
