using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>The agent's end of a pseudo-terminal (pty(7)).</summary>
internal sealed partial class Terminal : IDisposable
{
    private const int ReadWrite = 2;
    private const int NoControllingTerminal = 0x100;
    private const int CloseOnExec = 0x80000;
    private const nuint SetWindowSize = 0x5414;
    private const int BufferBytes = 16 * 1024;

    /// <summary>Reads that may be ahead of whoever takes them; then the terminal fills up, and its processes wait.</summary>
    private const int ReadsAhead = 4;

    private readonly SafeFileHandle handle;
    private readonly FileStream stream;
    private readonly Channel<byte[]> output = Channel.CreateUnbounded<byte[]>();
    private readonly SemaphoreSlim room = new(ReadsAhead, ReadsAhead);

    private Terminal(SafeFileHandle handle, string path)
    {
        this.handle = handle;
        stream = new FileStream(handle, FileAccess.ReadWrite, bufferSize: 0);
        Path = path;
    }

    /// <summary>The processes' end.</summary>
    public string Path { get; }

    /// <summary>Makes a terminal that a user may open.</summary>
    /// <exception cref="RuntimeException">The host has none.</exception>
    public static Terminal Open(uint user, uint group)
    {
        var handle = OpenCore(ReadWrite | NoControllingTerminal | CloseOnExec);
        Span<byte> name = stackalloc byte[64];
        if (handle.IsInvalid || GrantCore(handle) != 0 || UnlockCore(handle) != 0 || NameCore(handle, name, (nuint)name.Length) != 0)
        {
            var error = new Win32Exception(Marshal.GetLastPInvokeError());
            handle.Dispose();
            throw new RuntimeException(RuntimeErrorKind.Start, $"No terminal can be made: {error.Message}", error);
        }

        var path = System.Text.Encoding.UTF8.GetString(name[..name.IndexOf((byte)0)]);

        // Where this fails the agent is not root, and nor is any of its workloads somebody else.
        _ = OwnCore(path, user, group);
        return new Terminal(handle, path);
    }

    /// <summary>Sets the size of a terminal whose other end somebody else has.</summary>
    public static void Resize(string path, int width, int height)
    {
        using var processes = OpenPathCore(path, ReadWrite | NoControllingTerminal | CloseOnExec);
        if (!processes.IsInvalid)
        {
            Resize(processes, width, height);
        }
    }

    /// <summary>Reads until the last process has closed it. On a thread of its own: a terminal can only be waited for, and a session may last for days.</summary>
    public void BeginReading() => new Thread(Read) { IsBackground = true, Name = "terminal" }.Start();

    /// <summary>What the processes say; null at the end.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!await output.Reader.WaitToReadAsync(cancellationToken) || !output.Reader.TryRead(out var data))
        {
            return null;
        }

        room.Release();
        return data;
    }

    /// <summary>Types.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => stream.WriteAsync(data, cancellationToken);

    /// <summary>Sets the size, and tells the processes.</summary>
    public void Resize(int width, int height) => Resize(handle, width, height);

    /// <inheritdoc/>
    public void Dispose()
    {
        stream.Dispose();

        // A reader that waits for room goes on, and sees the end.
        room.Release();
    }

    private static void Resize(SafeFileHandle handle, int width, int height)
    {
        var size = new WindowSize { Rows = (ushort)height, Columns = (ushort)width };

        // A terminal whose processes have gone has no size to be set.
        _ = ControlCore(handle, SetWindowSize, ref size);
    }

    private void Read()
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (true)
            {
                room.Wait();
                var count = stream.Read(buffer);
                if (count == 0)
                {
                    break;
                }

                output.Writer.TryWrite(buffer.AsSpan(0, count).ToArray());
            }
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException)
        {
            // EIO: nobody has the other end open any more.
        }

        output.Writer.TryComplete();
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial SafeFileHandle OpenCore(int flags);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenPathCore(string path, int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int GrantCore(SafeFileHandle terminal);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int UnlockCore(SafeFileHandle terminal);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static partial int NameCore(SafeFileHandle terminal, Span<byte> name, nuint length);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OwnCore(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int ControlCore(SafeFileHandle terminal, nuint request, ref WindowSize size);

    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort Width;
        public ushort Height;
    }
}
