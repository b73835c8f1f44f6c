using System.Text;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.HostAgent.Volumes;

namespace Grainhouse.HostAgent.Pods;

/// <summary>Reads what a container wrote to its terminationMessagePath, or the end of its log where the pod asks for that.</summary>
internal static class LastWords
{
    /// <summary>kubelet's MaxContainerTerminationMessageLength.</summary>
    private const int LongestMessage = 4096;

    /// <summary>kubelet's bounds of FallbackToLogsOnError.</summary>
    private const int LongestLog = 2048;

    private const int MostLogLines = 80;

    public static async Task<string> ReadAsync(PodState state, ContainerState container, IContainerRuntime runtime, CancellationToken cancellationToken)
    {
        if (!state.Facts.HasFiles)
        {
            return "";
        }

        var directory = state.Facts.DirectoryOf(state.Identity.Uid);
        var message = await ReadFileAsync(VolumePaths.TerminationMessage(directory, container.Name, container.Attempt), cancellationToken);
        var fallsBack = message.Length == 0 && container.ExitCode != 0 && PolicyOf(state, container.Name) == "FallbackToLogsOnError";
        return fallsBack ? await ReadLogAsync(container.Id, runtime, cancellationToken) : message;
    }

    private static string? PolicyOf(PodState state, string name)
    {
        foreach (var record in state.Containers)
        {
            if (record.Name == name)
            {
                return record.Spec.TerminationMessagePolicy;
            }
        }

        return null;
    }

    private static async Task<string> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return "";
        }

        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            var buffer = new byte[LongestMessage];
            var read = await file.ReadAtLeastAsync(buffer, LongestMessage, throwOnEndOfStream: false, cancellationToken);
            return Encoding.UTF8.GetString(buffer, 0, read);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"Error on reading termination log {path}: {error.Message}";
        }
    }

    private static async Task<string> ReadLogAsync(string containerId, IContainerRuntime runtime, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        try
        {
            await foreach (var line in runtime.ReadLogsAsync(containerId, new LogQuery { TailLines = MostLogLines }, cancellationToken))
            {
                text.Append(Encoding.UTF8.GetString(line.Text.Span)).Append('\n');
            }
        }
        catch (RuntimeException error)
        {
            return $"Error on reading termination message from logs: {error.Message}";
        }

        return text.Length <= LongestLog ? text.ToString() : text.ToString(text.Length - LongestLog, LongestLog);
    }
}
