using Grainhouse.HostAgent.Runtimes;
using Grainhouse.Interfaces.Agents;

namespace Grainhouse.Simulation.Agents;

/// <summary>What an agent may do wrong; these do nothing wrong. Mutations of the simulator's own tests override it.</summary>
internal class AgentFlaws
{
    /// <summary>Whether a directive that came is not carried out.</summary>
    public virtual bool Ignores(NodeDirective directive) => false;

    /// <summary>What an agent that starts sees of the machine's engine.</summary>
    public virtual IContainerRuntime Look(IContainerRuntime runtime) => runtime;
}
