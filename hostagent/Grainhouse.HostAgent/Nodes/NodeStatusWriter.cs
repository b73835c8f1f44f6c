using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Grainhouse.HostAgent.Runtimes;

namespace Grainhouse.HostAgent.Nodes;

/// <summary>What a node's status is written from.</summary>
internal sealed record NodeDescription
{
    public required string Name { get; init; }

    public required string Address { get; init; }

    public required MachineFacts Machine { get; init; }

    public required long CpuMillis { get; init; }

    public required long MemoryBytes { get; init; }

    public required int MaxPods { get; init; }

    public required string RuntimeVersion { get; init; }

    /// <summary>Why the runtime does not answer; empty if it does.</summary>
    public string RuntimeError { get; init; } = "";

    public ImmutableArray<ImageState> Images { get; init; } = [];
}

/// <summary>Writes core/v1 NodeStatus as JSON. Pure.</summary>
internal static class NodeStatusWriter
{
    /// <summary>kubelet's nodeStatusMaxImages.</summary>
    private const int MostImages = 50;

    public static byte[] Write(NodeDescription node)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteAddresses(json, node);
            WriteResources(json, "capacity", node);
            WriteResources(json, "allocatable", node);
            WriteConditions(json, node);
            WriteInfo(json, node);
            WriteImages(json, node);
            json.WriteStartObject("daemonEndpoints");
            json.WriteStartObject("kubeletEndpoint");
            json.WriteNumber("Port", 0);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteAddresses(Utf8JsonWriter json, NodeDescription node)
    {
        json.WriteStartArray("addresses");
        foreach (var (type, address) in (ReadOnlySpan<(string, string)>)[("InternalIP", node.Address), ("Hostname", node.Name)])
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteString("address", address);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteResources(Utf8JsonWriter json, string name, NodeDescription node)
    {
        json.WriteStartObject(name);
        json.WriteString("cpu", node.CpuMillis % 1000 == 0
            ? (node.CpuMillis / 1000).ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{node.CpuMillis}m"));
        json.WriteString("memory", string.Create(CultureInfo.InvariantCulture, $"{node.MemoryBytes / 1024}Ki"));
        json.WriteString("ephemeral-storage", string.Create(CultureInfo.InvariantCulture, $"{node.Machine.StorageBytes / 1024}Ki"));
        json.WriteString("pods", node.MaxPods.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    private static void WriteConditions(Utf8JsonWriter json, NodeDescription node)
    {
        json.WriteStartArray("conditions");
        Condition("MemoryPressure", false, "KubeletHasSufficientMemory", "kubelet has sufficient memory available");
        Condition("DiskPressure", false, "KubeletHasNoDiskPressure", "kubelet has no disk pressure");
        Condition("PIDPressure", false, "KubeletHasSufficientPID", "kubelet has sufficient PID available");
        if (node.RuntimeError.Length == 0)
        {
            Condition("Ready", true, "KubeletReady", "kubelet is posting ready status");
        }
        else
        {
            Condition("Ready", false, "KubeletNotReady", $"container runtime is down: {node.RuntimeError}");
        }

        json.WriteEndArray();

        void Condition(string type, bool status, string reason, string message)
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteString("status", status ? "True" : "False");
            json.WriteString("reason", reason);
            json.WriteString("message", message);
            json.WriteEndObject();
        }
    }

    private static void WriteInfo(Utf8JsonWriter json, NodeDescription node)
    {
        json.WriteStartObject("nodeInfo");
        json.WriteString("architecture", MachineFacts.Architecture);
        json.WriteString("bootID", node.Machine.BootId);
        json.WriteString("containerRuntimeVersion", node.RuntimeVersion);
        json.WriteString("kernelVersion", node.Machine.Kernel);
        json.WriteString("kubeProxyVersion", "");
        json.WriteString("kubeletVersion", AgentVersion.Kubelet);
        json.WriteString("machineID", node.Machine.MachineId);
        json.WriteString("operatingSystem", MachineFacts.OperatingSystemName);
        json.WriteString("osImage", node.Machine.OsImage);
        json.WriteString("systemUUID", node.Machine.MachineId);
        json.WriteEndObject();
    }

    private static void WriteImages(Utf8JsonWriter json, NodeDescription node)
    {
        json.WriteStartArray("images");
        foreach (var image in node.Images.OrderByDescending(image => image.SizeBytes).Take(MostImages))
        {
            json.WriteStartObject();
            json.WriteStartArray("names");
            foreach (var name in image.Names)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
            json.WriteNumber("sizeBytes", image.SizeBytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
