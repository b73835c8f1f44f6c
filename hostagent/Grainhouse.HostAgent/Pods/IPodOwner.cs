using Grainhouse.Interfaces.Agents;

namespace Grainhouse.HostAgent.Pods;

/// <summary>What a pod's worker tells the node that it is on. Called from any thread; must not block.</summary>
internal interface IPodOwner
{
    /// <summary>The pod's status may differ from what was last reported.</summary>
    void StatusChanged(PodWorker worker);

    /// <summary>Something happened that becomes an event.</summary>
    void EventHappened(EventReport report);

    /// <summary>What the runtime has of the pod must be looked at.</summary>
    void ObservationWanted(PodWorker worker);
}
