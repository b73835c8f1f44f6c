using System.Text;

namespace Grainhouse.HostAgent.Runtimes.Simulated;

/// <summary>A container of a simulated host. Guarded by the host's lock.</summary>
internal sealed class SimulatedContainer(string sandboxId, ContainerState state, SimulatedWorkload workload)
{
    private List<LogLine>? _lines;
    private TaskCompletionSource? _changed;

    public string SandboxId { get; } = sandboxId;

    public SimulatedWorkload Workload { get; } = workload;

    public ContainerState State { get; private set; } = state;

    /// <summary>Ends it when its time is over; null for one that runs for ever.</summary>
    public ITimer? End { get; set; }

    /// <summary>The lines from an index on.</summary>
    public IReadOnlyList<LogLine> LinesFrom(int index) => _lines is null || index >= _lines.Count ? [] : _lines.GetRange(index, _lines.Count - index);

    public void Write(string line, DateTimeOffset now)
    {
        (_lines ??= []).Add(new LogLine(now, Encoding.UTF8.GetBytes(line)));
        Wake();
    }

    public void Set(ContainerState state)
    {
        State = state;
        if (state.Phase == ContainerPhase.Exited)
        {
            End?.Dispose();
            End = null;
        }

        Wake();
    }

    /// <summary>Completes when it writes, ends or is removed. Made only when somebody waits.</summary>
    public Task ChangedAsync() => (_changed ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Wake()
    {
        _changed?.TrySetResult();
        _changed = null;
    }
}
