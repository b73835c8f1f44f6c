using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Defaults;

/// <summary>Defaults of containers. After upstream's <c>pkg/apis/core/v1/defaults.go</c>.</summary>
internal static class ContainerDefaults
{
    public static void Apply(JsonArray? containers, bool hostNetwork)
    {
        if (containers is null)
        {
            return;
        }

        foreach (var item in containers)
        {
            if (item is JsonObject container)
            {
                Apply(container, hostNetwork);
            }
        }
    }

    private static void Apply(JsonObject container, bool hostNetwork)
    {
        if (container.Text("image") is { Length: > 0 } image)
        {
            container.Default("imagePullPolicy", ImagePullPolicy.For(image));
        }

        container.Child("resources");
        container.Default("terminationMessagePath", "/dev/termination-log");
        container.Default("terminationMessagePolicy", "File");
        Ports(container.Array("ports"), hostNetwork);
        Env(container.Array("env"));
        Probe(container.Object("livenessProbe"));
        Probe(container.Object("readinessProbe"));
        Probe(container.Object("startupProbe"));
        if (container.Object("lifecycle") is { } lifecycle)
        {
            HttpGet(lifecycle.Object("postStart").Object("httpGet"));
            HttpGet(lifecycle.Object("preStop").Object("httpGet"));
        }
    }

    private static void Ports(JsonArray? ports, bool hostNetwork)
    {
        if (ports is null)
        {
            return;
        }

        foreach (var item in ports)
        {
            if (item is not JsonObject port)
            {
                continue;
            }

            port.Default("protocol", "TCP");
            if (hostNetwork && port.Number("hostPort") is null or 0 && port.Number("containerPort") is { } number)
            {
                port["hostPort"] = number;
            }
        }
    }

    private static void Env(JsonArray? env)
    {
        if (env is null)
        {
            return;
        }

        foreach (var item in env)
        {
            (item as JsonObject).Object("valueFrom").Object("fieldRef")?.Default("apiVersion", "v1");
        }
    }

    private static void Probe(JsonObject? probe)
    {
        if (probe is null)
        {
            return;
        }

        NonZero(probe, "timeoutSeconds", 1);
        NonZero(probe, "periodSeconds", 10);
        NonZero(probe, "successThreshold", 1);
        NonZero(probe, "failureThreshold", 3);
        HttpGet(probe.Object("httpGet"));
        probe.Object("grpc")?.Default("service", "");
    }

    private static void HttpGet(JsonObject? get)
    {
        if (get is null)
        {
            return;
        }

        if (string.IsNullOrEmpty(get.Text("path")))
        {
            get["path"] = "/";
        }

        get.Default("scheme", "HTTP");
    }

    /// <summary>Go cannot tell 0 from absent here, so 0 gets the default too.</summary>
    private static void NonZero(JsonObject node, string name, long value)
    {
        if (node.Number(name) is null or 0)
        {
            node[name] = value;
        }
    }
}
