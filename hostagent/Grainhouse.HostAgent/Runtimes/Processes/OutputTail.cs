using Microsoft.Win32.SafeHandles;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>Reads what a workload writes from now on, byte for byte, also when its container is removed meanwhile.</summary>
internal sealed class OutputTail : IDisposable
{
    private readonly ContainerLog log;
    private readonly SafeFileHandle raw;
    private long position;

    public OutputTail(ContainerLog log, string file)
    {
        this.log = log;
        raw = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        position = RandomAccess.GetLength(raw);
    }

    /// <summary>How far it was read: what is before it is needed no more.</summary>
    public long Position => Volatile.Read(ref position);

    /// <summary>Reads what is there; 0 if that is nothing.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            var from = position;
            var count = await RandomAccess.ReadAsync(raw, buffer, from, cancellationToken);
            var released = log.Released;
            if (released <= from)
            {
                Volatile.Write(ref position, from + count);
                return count;
            }

            // It came too late: what was there is gone.
            Volatile.Write(ref position, released);
        }
    }

    public void Dispose()
    {
        log.Leave(this);
        raw.Dispose();
    }
}
