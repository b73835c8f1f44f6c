using System.Collections.Immutable;

namespace Grainhouse.Planning.Services;

/// <summary>Keeps the EndpointSlices and the Endpoints of a Service. Writes nothing where nothing changed.</summary>
/// <remarks>A Service without a selector, or an ExternalName, is left alone: its endpoints are its owner's.</remarks>
public static class ServiceReconciler
{
    /// <summary>Decides what to do now.</summary>
    public static ReconcilePlan Decide(ServiceInput input)
    {
        var service = ServiceView.Of(input.Service);
        if (service.Selector.SelectsNothing || input.Service.Header.DeletionTimestamp is not null)
        {
            return ReconcilePlan.Nothing;
        }

        var groups = EndpointGroup.Of(input, service);
        var actions = ImmutableArray.CreateBuilder<ReconcileAction>();
        SlicePacker.Pack(input, service, groups, actions);
        if (EndpointsWriter.Write(input, service, groups) is { } endpoints)
        {
            actions.Add(endpoints);
        }

        return actions.Count == 0 ? ReconcilePlan.Nothing : new ReconcilePlan(actions.ToImmutable());
    }
}
