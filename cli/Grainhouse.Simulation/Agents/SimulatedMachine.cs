using Grainhouse.HostAgent.Runtimes.Simulated;
using Grainhouse.Simulation.Actors;
using Grainhouse.Simulation.Engine;

namespace Grainhouse.Simulation.Agents;

/// <summary>A host: what runs on it outlives its agent, and only the host's own end ends it.</summary>
internal sealed class SimulatedMachine
{
    private readonly EventLoop loop;
    private readonly Network network;
    private readonly SimulatedCluster cluster;
    private readonly Process machine;

    public SimulatedMachine(EventLoop loop, Network network, SimulatedCluster cluster, string name, int cpuMillis)
    {
        (this.loop, this.network, this.cluster, Name, CpuMillis) = (loop, network, cluster, name, cpuMillis);
        machine = new Process(loop, name);
        Host = new SimulatedHost(machine.Clock);
        Agent = StartAgent();
    }

    public string Name { get; }

    /// <summary>What it can carry.</summary>
    public int CpuMillis { get; }

    public SimulatedHost Host { get; }

    /// <summary>The agent that runs, or the last one.</summary>
    public SimulatedAgent Agent { get; private set; }

    /// <summary>Whether the network does not reach it.</summary>
    public bool IsCut { get; set; }

    /// <summary>Whether it is gone for good.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Kills the agent; its containers run on.</summary>
    public void KillAgent() => Agent.Kill();

    /// <summary>Starts the next agent, unless one runs.</summary>
    public void RestartAgent()
    {
        if (!IsLost && !Agent.IsAlive)
        {
            Agent = StartAgent();
        }
    }

    /// <summary>The machine breaks, with all that runs on it.</summary>
    public void Lose()
    {
        IsLost = true;
        KillAgent();
        machine.Kill();
    }

    private SimulatedAgent StartAgent()
    {
        var agent = new SimulatedAgent(loop, network, cluster, this);
        agent.Start();
        return agent;
    }
}
