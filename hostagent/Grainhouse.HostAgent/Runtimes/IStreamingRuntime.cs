using System.Collections.Immutable;

namespace Grainhouse.HostAgent.Runtimes;

/// <summary>A runtime whose processes can be talked to while they run.</summary>
/// <remarks>All methods may be called from any thread, for as many processes at a time as the host can bear.</remarks>
public interface IStreamingRuntime
{
    /// <summary>Starts a command in a running container.</summary>
    /// <remarks>A command that does not exist, or may not be run, is one that ends with 127 or 126 and says why.</remarks>
    /// <exception cref="RuntimeException"><see cref="RuntimeErrorKind.NotFound"/>: the container does not run.</exception>
    Task<ITalkingProcess> StartCommandAsync(string containerId, ImmutableArray<string> command, ProcessStreams streams, CancellationToken cancellationToken);

    /// <summary>Listens to a running container's own process, and talks to it if it was made with stdin.</summary>
    /// <exception cref="RuntimeException"><see cref="RuntimeErrorKind.NotFound"/>: the container does not run.</exception>
    Task<ITalkingProcess> AttachAsync(string containerId, ProcessStreams streams, CancellationToken cancellationToken);

    /// <summary>Connects to a TCP port on the pod's own loopback interface.</summary>
    /// <exception cref="RuntimeException"><see cref="RuntimeErrorKind.NotFound"/>: the sandbox does not run, or nobody listens there.</exception>
    Task<Stream> ConnectAsync(string sandboxId, int port, CancellationToken cancellationToken);
}

/// <summary>Which streams of a process are wanted; with a terminal stderr comes as stdout.</summary>
public readonly record struct ProcessStreams(bool Stdin, bool Stdout, bool Stderr, bool Terminal);

/// <summary>Takes what a process says; the process waits until it is taken. Calls may overlap.</summary>
/// <param name="isError">Whether it is from stderr.</param>
/// <param name="data">The bytes, valid until the call returns.</param>
/// <param name="cancellationToken">Ends the wait.</param>
public delegate ValueTask ProcessOutput(bool isError, ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

/// <summary>A process that is talked to. When it is disposed of, a command that still runs is killed; a container runs on.</summary>
public interface ITalkingProcess : IAsyncDisposable
{
    /// <summary>Passes on all that it says until it has ended; returns its exit code, 128 + n for signal n, and 0 for a container.</summary>
    Task<int> ListenAsync(ProcessOutput output, CancellationToken cancellationToken);

    /// <summary>Gives it input; returns when it, or a pipe before it, has taken the bytes.</summary>
    /// <exception cref="IOException">It takes no more.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>Ends its input. Where a container's input stays open for others, the listening to it ends instead.</summary>
    ValueTask EndInputAsync(CancellationToken cancellationToken);

    /// <summary>Sets the size of its terminal, if it has one.</summary>
    Task ResizeAsync(int width, int height, CancellationToken cancellationToken);
}
