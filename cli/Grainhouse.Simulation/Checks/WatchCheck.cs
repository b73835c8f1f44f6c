using Grainhouse.Interfaces.Storage;
using Grainhouse.Simulation.Actors;
using Grainhouse.Simulation.Storage;

namespace Grainhouse.Simulation.Checks;

/// <summary>A client that watches everything on a silo: it sees every change once and in order, or is told to begin anew.</summary>
internal sealed class WatchCheck(SimulatedSilo silo, SimulatedStore store, Violations violations)
{
    /// <summary>Watches for as long as the silo lives.</summary>
    public void Start() => silo.Run(() => _ = WatchAsync());

    private async Task WatchAsync()
    {
        while (true)
        {
            var revision = await silo.Cache.CatchUpAsync();
            var place = store.Log.FindLastIndex(logged => logged.Change.Revision <= revision);
            try
            {
                await foreach (var batch in silo.Cache.WatchAsync(revision, resource: null, @namespace: null))
                {
                    foreach (var change in batch.Changes)
                    {
                        place = Expect(change, place);
                    }
                }
            }
            catch (RevisionCompactedException)
            {
                // 410: a client lists again.
            }
        }
    }

    private int Expect(ObjectChange change, int place)
    {
        do
        {
            place++;
        }
        while (place < store.Log.Count && store.Log[place].Object is null);

        if (place >= store.Log.Count || !ReferenceEquals(store.Log[place].Object, change))
        {
            violations.Report($"a watch on {silo.Name} was shown {change.Kind} {change.Object}, and not {store.Log.ElementAtOrDefault(place)?.Object?.Object}");
        }

        return place;
    }
}
