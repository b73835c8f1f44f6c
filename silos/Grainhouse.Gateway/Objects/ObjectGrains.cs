using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Orleans.Runtime;

namespace Grainhouse.Gateway.Objects;

/// <summary>Finds the grains of objects.</summary>
/// <remarks>Orleans looks up the types behind a grain interface on every call, a tenth of a GET's work; here that is done once.</remarks>
internal sealed class ObjectGrains(IGrainFactory grains, Patience patience)
{
    private GrainReference? first;

    /// <summary>The grain of an object, with the patience that the death of its silo asks for.</summary>
    /// <param name="key">The object.</param>
    /// <param name="deadline">The end of the request's own time.</param>
    public PatientObject Get(ObjectKey key, CancellationToken deadline = default) => new(Find(key), patience, deadline);

    private IObjectGrain Find(ObjectKey key)
    {
        var text = key.ToString();
        if (first is { } known)
        {
            return (IObjectGrain)grains.GetGrain(GrainId.Create(known.GrainId.Type, text), known.InterfaceType);
        }

        var grain = grains.GetGrain<IObjectGrain>(text);
        first = grain as GrainReference;
        return grain;
    }
}
