using System.IO.Pipes;
using Grainhouse.HostAgent.Runtimes.Hosts;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>The named pipe that is a container's input: it outlives the agent, as the container does.</summary>
/// <remarks>
/// Usually the workload has both of its ends, so that its input never ends. With stdinOnce it has only one, and the other is held
/// open by a process of its supervisor; the first that attaches takes its place, and the pipe's name, so that the input ends with
/// that attachment, be it because the agent died, and for good.
/// </remarks>
internal static class InputPipe
{
    private static readonly Lock Turn = new();

    /// <summary>Makes it, before there is anybody to read from it.</summary>
    public static void Create(ProcessLayout layout, string id) => Posix.MakePipe(layout.InputFile(id));

    /// <summary>Opens it to write; null if the container takes no input, or no more.</summary>
    /// <param name="layout">Where it is.</param>
    /// <param name="id">The container.</param>
    /// <param name="once">Whether the input ends when the result is disposed of.</param>
    public static Stream? Open(ProcessLayout layout, string id, bool once)
    {
        lock (Turn)
        {
            if (Posix.OpenPipe(layout.InputFile(id)) is not { } handle)
            {
                return null;
            }

            if (once)
            {
                // In this order: after a crash in between the next one that attaches finds the pipe, and ends what has ended.
                EndHolder(layout, id);
                File.Delete(layout.InputFile(id));
            }

            return new AnonymousPipeClientStream(PipeDirection.Out, handle);
        }
    }

    /// <summary>Ends the process that holds the input open, if it is still there.</summary>
    public static void EndHolder(ProcessLayout layout, string id)
    {
        try
        {
            if (ProcessTable.TryParse(File.ReadAllText(layout.HolderFile(id)), out var holder, out _) && holder.IsAlive)
            {
                Posix.Signal(holder.Id, Posix.SigKill);
            }
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return;
        }
    }
}
