using System.Buffers;
using Google.Protobuf;
using Grainhouse.Interfaces.Agents;

namespace Grainhouse.HostAgent.Pods;

/// <summary>Says what a pod is now, if that differs from what was last said. For one caller at a time.</summary>
internal static class PodReporter
{
    /// <summary>The report; null if there is nothing to say.</summary>
    public static PodReport? Report(PodWorker worker, bool evenIfUnchanged)
    {
        var state = worker.State;
        if (state.Pod is null || state.Unwanted)
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>(worker.Book.Sent.Length > 0 ? worker.Book.Sent.Length + 64 : 1024);
        PodStatusWriter.Write(state, buffer);
        var book = worker.Book;
        if (!evenIfUnchanged && state.Finished == book.SentFinished && buffer.WrittenSpan.SequenceEqual(book.Sent))
        {
            return null;
        }

        book.Sent = buffer.WrittenSpan.ToArray();
        book.SentFinished = state.Finished;
        return new PodReport
        {
            Uid = state.Identity.Uid,
            Namespace = state.Identity.Namespace,
            Name = state.Identity.Name,
            Status = UnsafeByteOperations.UnsafeWrap(book.Sent),
            Finished = state.Finished,
        };
    }
}
