using System.Collections.Concurrent;

namespace Grainhouse.HostAgent.Runtimes.Hosts;

/// <summary>Turns CPU time that only rises into CPU in use: the difference to the reading before.</summary>
internal sealed class CpuMeter(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Reading> _last = new(StringComparer.Ordinal);

    /// <summary>Nanocores since the last call for this id; since <paramref name="startedAt"/> on the first.</summary>
    public ulong Measure(string id, ulong cpuNanoseconds, DateTimeOffset? startedAt)
    {
        var now = time.GetUtcNow();
        var before = _last.TryGetValue(id, out var reading) ? reading : new Reading(startedAt ?? now, 0);
        _last[id] = new Reading(now, cpuNanoseconds);
        var elapsed = (now - before.At).TotalSeconds;
        return elapsed > 0 && cpuNanoseconds >= before.CpuNanoseconds ? (ulong)((cpuNanoseconds - before.CpuNanoseconds) / elapsed) : 0;
    }

    /// <summary>Forgets all but these.</summary>
    public void Keep(HashSet<string> ids)
    {
        foreach (var id in _last.Keys)
        {
            if (!ids.Contains(id))
            {
                _last.TryRemove(id, out _);
            }
        }
    }

    private readonly record struct Reading(DateTimeOffset At, ulong CpuNanoseconds);
}
