using System.Text.Json;

namespace Grainhouse.Gateway.Tables;

/// <content>Nodes, namespaces, leases, events, configuration.</content>
internal static partial class TablePrinters
{
    private const string RolePrefix = "node-role.kubernetes.io/";

    private static TablePrinter Nodes => new(
        [
            TableColumn.ObjectName,
            TableColumn.Text("Status", "The status of the node"),
            TableColumn.Text("Roles", "The roles of the node"),
            TableColumn.Age,
            TableColumn.Text("Version", "Kubelet Version reported by the node."),
            TableColumn.Wide("Internal-IP", "List of addresses reachable to the node."),
            TableColumn.Wide("External-IP", "List of addresses reachable to the node."),
            TableColumn.Wide("OS-Image", "OS Image reported by the node from /etc/os-release (e.g. Debian GNU/Linux 7 (wheezy))."),
            TableColumn.Wide("Kernel-Version", "Kernel Version reported by the node from 'uname -r' (e.g. 3.16.0-0.bpo.4-amd64)."),
            TableColumn.Wide("Container-Runtime", "ContainerRuntime Version reported by the node through runtime remote API (e.g. containerd://1.4.2)."),
        ],
        (json, node, now) =>
        {
            var info = node.At("status", "nodeInfo");
            json.WriteStringValue(node.Name());
            json.WriteStringValue(NodeStatus(node));
            json.WriteStringValue(NodeRoles(node.At("metadata", "labels")));
            json.WriteStringValue(node.Age(now));
            json.WriteStringValue(info.At("kubeletVersion").Text());
            json.WriteStringValue(NodeAddress(node, "InternalIP"));
            json.WriteStringValue(NodeAddress(node, "ExternalIP"));
            json.WriteStringValue(info.At("osImage").TextOr("<unknown>"));
            json.WriteStringValue(info.At("kernelVersion").TextOr("<unknown>"));
            json.WriteStringValue(info.At("containerRuntimeVersion").TextOr("<unknown>"));
        });

    private static TablePrinter Namespaces => new(
        [TableColumn.ObjectName, TableColumn.Text("Status", "The status of the namespace"), TableColumn.Age],
        (json, item, now) =>
        {
            json.WriteStringValue(item.Name());
            json.WriteStringValue(item.At("status", "phase").Text());
            json.WriteStringValue(item.Age(now));
        });

    private static TablePrinter ConfigMaps => new(
        [TableColumn.ObjectName, TableColumn.Text("Data", "Data contains the configuration data."), TableColumn.Age],
        (json, item, now) =>
        {
            json.WriteStringValue(item.Name());
            json.WriteNumberValue(item.At("data").Count() + item.At("binaryData").Count());
            json.WriteStringValue(item.Age(now));
        });

    private static TablePrinter Secrets => new(
        [
            TableColumn.ObjectName,
            TableColumn.Text("Type", "Used to facilitate programmatic handling of secret data."),
            TableColumn.Text("Data", "Data contains the secret data."),
            TableColumn.Age,
        ],
        (json, item, now) =>
        {
            json.WriteStringValue(item.Name());
            json.WriteStringValue(item.At("type").Text());
            json.WriteNumberValue(item.At("data").Count());
            json.WriteStringValue(item.Age(now));
        });

    private static TablePrinter ServiceAccounts => new(
        [TableColumn.ObjectName, TableColumn.Text("Secrets", "Secrets is a list of the secrets in the same namespace that pods running using this ServiceAccount are allowed to use."), TableColumn.Age],
        (json, item, now) =>
        {
            json.WriteStringValue(item.Name());
            json.WriteNumberValue(item.At("secrets").Count());
            json.WriteStringValue(item.Age(now));
        });

    private static TablePrinter Leases => new(
        [TableColumn.ObjectName, TableColumn.Text("Holder", "holderIdentity contains the identity of the holder of a current lease."), TableColumn.Age],
        (json, item, now) =>
        {
            json.WriteStringValue(item.Name());
            json.WriteStringValue(item.At("spec", "holderIdentity").Text());
            json.WriteStringValue(item.Age(now));
        });

    private static TablePrinter Events => new(
        [
            TableColumn.Text("Last Seen", "The time at which the most recent occurrence of this event was recorded."),
            TableColumn.Text("Type", "Type of this event (Normal, Warning), new types could be added in the future"),
            TableColumn.Text("Reason", "This should be a short, machine understandable string that gives the reason for the transition into the object's current status."),
            TableColumn.Text("Object", "The object that this event is about."),
            TableColumn.Wide("Subobject", "If referring to a piece of an object instead of an entire object, this string should contain a valid JSON/Go field access statement."),
            TableColumn.Wide("Source", "The component reporting this event. Should be a short machine understandable string."),
            TableColumn.Text("Message", "A human-readable description of the status of this operation."),
            TableColumn.Wide("First Seen", "The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)"),
            TableColumn.Wide("Count", "The number of times this event has occurred."),
            new("Name", "string", "name", TableColumn.ObjectName.Description, 1),
        ],
        (json, item, now) =>
        {
            var about = item.At("involvedObject");
            var kind = about.At("kind").Text().ToLowerInvariant();
            var name = about.At("name").Text();
            var first = HumanDuration.Since(item.At("firstTimestamp").Time() ?? item.At("eventTime").Time(), now);
            var series = item.At("series");
            var last = series.Exists() ? HumanDuration.Since(series.At("lastObservedTime").Time(), now)
                : item.At("lastTimestamp").Time() is { } time ? HumanDuration.Since(time, now)
                : first;
            var count = series.Exists() ? series.At("count").Number() : Math.Max(1, item.At("count").Number());
            json.WriteStringValue(last);
            json.WriteStringValue(item.At("type").Text());
            json.WriteStringValue(item.At("reason").Text());
            json.WriteStringValue(name.Length > 0 ? $"{kind}/{name}" : kind);
            json.WriteStringValue(about.At("fieldPath").Text());
            json.WriteStringValue(EventSource(item));
            json.WriteStringValue(item.At("message").Text().Trim());
            json.WriteStringValue(first);
            json.WriteNumberValue(count);
            json.WriteStringValue(item.Name());
        });

    private static string EventSource(JsonElement item)
    {
        var component = item.At("source", "component").TextOr(item.At("reportingComponent").Text());
        var host = item.At("source", "host").TextOr(item.At("reportingInstance").Text());
        return host.Length > 0 ? $"{component}, {host}" : component;
    }

    private static string NodeStatus(JsonElement node)
    {
        var ready = "Unknown";
        foreach (var condition in node.At("status", "conditions").Items())
        {
            if (condition.At("type").Text() == "Ready")
            {
                ready = condition.At("status").Text() == "True" ? "Ready" : "NotReady";
            }
        }

        return node.At("spec", "unschedulable").IsTrue() ? ready + ",SchedulingDisabled" : ready;
    }

    private static string NodeRoles(JsonElement labels)
    {
        if (labels.ValueKind != JsonValueKind.Object)
        {
            return "<none>";
        }

        var roles = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var label in labels.EnumerateObject())
        {
            var role = label.Name.StartsWith(RolePrefix, StringComparison.Ordinal) ? label.Name[RolePrefix.Length..]
                : label.Name == "kubernetes.io/role" ? label.Value.Text()
                : "";
            if (role.Length > 0)
            {
                roles.Add(role);
            }
        }

        return roles.Count == 0 ? "<none>" : string.Join(',', roles);
    }

    private static string NodeAddress(JsonElement node, string type)
    {
        foreach (var address in node.At("status", "addresses").Items())
        {
            if (address.At("type").Text() == type)
            {
                return address.At("address").Text();
            }
        }

        return "<none>";
    }
}
