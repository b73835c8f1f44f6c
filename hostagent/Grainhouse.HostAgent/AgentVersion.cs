namespace Grainhouse.HostAgent;

/// <summary>What the agent calls itself.</summary>
public static class AgentVersion
{
    /// <summary>The agent's own version.</summary>
    public static readonly string Text = typeof(AgentVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>kubeletVersion in a node's nodeInfo: the Kubernetes version whose kubelet it behaves like, and who it is in which version.</summary>
    public static readonly string Kubelet = $"v1.32.0+grainhouse.{Text}";
}
