using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>Tells within milliseconds that a process started, ended or wrote: two inotify watches for all containers.</summary>
internal sealed class RunWatch : IDisposable
{
    private readonly ProcessLog _log;
    private readonly FileSystemWatcher _run;
    private readonly FileSystemWatcher _output;
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiters = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Channel<RuntimeEvent>, bool> _subscribers = new();
    private readonly ConcurrentDictionary<Channel<bool>, string> _listeners = new();
    private readonly Channel<(string Id, bool Ended)> _work = Channel.CreateUnbounded<(string, bool)>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<string, bool> _wrote = new(StringComparer.Ordinal);

    public RunWatch(ProcessLayout layout, ProcessLog log)
    {
        _log = log;
        _run = Watch(layout.Run, OnRun);
        _output = Watch(layout.Output, OnOutput);
    }

    /// <summary>Containers whose output waits to be read, and those that ended.</summary>
    public ChannelReader<(string Id, bool Ended)> Work => _work.Reader;

    /// <summary>Has a container's output read, and its end carried out.</summary>
    public void Enqueue(string id, bool ended) => _work.Writer.TryWrite((id, ended));

    /// <summary>Says that this container's output is about to be read, so that a later write is told again.</summary>
    public void Reading(string id) => _wrote.TryRemove(id, out _);

    /// <summary>Waits until the condition holds, asked when something happens to the container, and now and then in case an event was lost.</summary>
    /// <returns>Whether it held before the time was over.</returns>
    public async Task<bool> WaitAsync(string id, Func<bool> condition, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        var patience = TimeSpan.FromMilliseconds(10);
        while (true)
        {
            var next = _waiters.GetOrAdd(id, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            if (condition())
            {
                _waiters.TryRemove(new(id, next));
                return true;
            }

            if (deadline.IsCancellationRequested)
            {
                return false;
            }

            await Task.WhenAny(next.Task, Task.Delay(patience, time, deadline.Token), Task.Delay(Timeout.Infinite, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            patience = patience < TimeSpan.FromSeconds(1) ? patience * 2 : patience;
        }
    }

    public Channel<RuntimeEvent> Subscribe()
    {
        var channel = Channel.CreateUnbounded<RuntimeEvent>();
        _subscribers[channel] = true;
        return channel;
    }

    public void Unsubscribe(Channel<RuntimeEvent> channel) => _subscribers.TryRemove(channel, out _);

    /// <summary>Tells a channel when a container has written something or ended: a hint to look again, that may be lost.</summary>
    public Channel<bool> Listen(string id)
    {
        var listener = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        _listeners[listener] = id;
        return listener;
    }

    public void StopListening(Channel<bool> listener) => _listeners.TryRemove(listener, out _);

    /// <summary>Tells that something happened to a container.</summary>
    public void Publish(string id)
    {
        Tell(id);
        Wake(id);
        var happened = new RuntimeEvent(ProcessLayout.PodUidOf(id), ProcessLayout.SandboxOf(id), id);
        foreach (var subscriber in _subscribers.Keys)
        {
            subscriber.Writer.TryWrite(happened);
        }
    }

    public void Dispose()
    {
        _run.Dispose();
        _output.Dispose();
        _work.Writer.TryComplete();
    }

    private FileSystemWatcher Watch(string directory, FileSystemEventHandler handler)
    {
        var watcher = new FileSystemWatcher(directory) { NotifyFilter = NotifyFilters.LastWrite | NotifyFilters.FileName | NotifyFilters.Size };
        watcher.Created += handler;
        watcher.Changed += handler;
        watcher.Error += OnError;
        watcher.EnableRaisingEvents = true;
        return watcher;
    }

    private void OnRun(object sender, FileSystemEventArgs change)
    {
        var name = change.Name ?? "";
        var id = Path.GetFileNameWithoutExtension(name);
        if (!ProcessLayout.IsContainerId(id))
        {
            return;
        }

        if (name.EndsWith(ProcessLayout.ExitSuffix, StringComparison.Ordinal))
        {
            // The file exists a moment before its line does.
            if (change.ChangeType == WatcherChangeTypes.Changed)
            {
                Publish(id);
                Enqueue(id, ended: true);
            }

            return;
        }

        Publish(id);
    }

    private void OnOutput(object sender, FileSystemEventArgs change)
    {
        if (change.Name is not { } id || !ProcessLayout.IsContainerId(id))
        {
            return;
        }

        Tell(id);
        if (_wrote.TryAdd(id, true))
        {
            Enqueue(id, ended: false);
        }
    }

    private void OnError(object sender, ErrorEventArgs error)
    {
        _log.WatchLost(error.GetException());
        foreach (var id in _waiters.Keys)
        {
            Wake(id);
        }

        foreach (var subscriber in _subscribers.Keys)
        {
            subscriber.Writer.TryWrite(new RuntimeEvent("", "", ""));
        }
    }

    private void Tell(string id)
    {
        foreach (var (listener, container) in _listeners)
        {
            if (container == id)
            {
                listener.Writer.TryWrite(true);
            }
        }
    }

    private void Wake(string id)
    {
        if (_waiters.TryRemove(id, out var waiter))
        {
            waiter.TrySetResult();
        }
    }
}
