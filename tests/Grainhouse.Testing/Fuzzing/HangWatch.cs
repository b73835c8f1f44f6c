namespace Grainhouse.Testing.Fuzzing;

/// <summary>Ends the process, and says on which input, when one takes for ever: nothing else gets a thread out of a loop.</summary>
internal sealed class HangWatch : IDisposable
{
    private readonly TimeSpan most;
    private readonly Timer timer;
    private byte[]? input;
    private long begun;

    public HangWatch(TimeSpan most)
    {
        this.most = most;
        timer = new Timer(_ => Look(), null, most, most / 4);
    }

    public void Begin(byte[] next)
    {
        Volatile.Write(ref begun, Environment.TickCount64);
        Volatile.Write(ref input, next);
    }

    public void End() => Volatile.Write(ref input, null);

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        if (Volatile.Read(ref input) is { } hanging && Environment.TickCount64 - Volatile.Read(ref begun) > most.TotalMilliseconds)
        {
            Environment.FailFast($"an input takes more than {most.TotalSeconds} s: {Convert.ToBase64String(hanging)}");
        }
    }
}
