using System.Threading.Channels;
using Grainhouse.Planning;

namespace Grainhouse.Grains.Events;

/// <summary>Takes events from reconcilers without making them wait; <see cref="EventWriter"/> writes them.</summary>
/// <remarks>Events are for people: when more come than can be written, the newest are dropped and counted.</remarks>
internal sealed class EventRecorder
{
    private const int MostWaiting = 20_000;

    private readonly Channel<EventDraft> drafts = Channel.CreateBounded<EventDraft>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>The events that wait to be written.</summary>
    internal ChannelReader<EventDraft> Waiting => drafts.Reader;

    /// <summary>Hands an event over.</summary>
    public void Record(EventDraft draft) => drafts.Writer.TryWrite(draft);
}
