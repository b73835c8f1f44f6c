using System.Text.Json;

namespace Grainhouse.Gateway.Tables;

/// <content>Pods, ReplicaSets and Deployments.</content>
internal static partial class TablePrinters
{
    private static TablePrinter Pods => new(
        [
            TableColumn.ObjectName,
            TableColumn.Text("Ready", "The aggregate readiness state of this pod for accepting traffic."),
            TableColumn.Text("Status", "The aggregate status of the containers in this pod."),
            TableColumn.Text("Restarts", "The number of times the containers in this pod have been restarted and when the last container in this pod has restarted."),
            TableColumn.Age,
            TableColumn.Wide("IP", "podIP address allocated to the pod. Routable at least within the cluster. Empty if not yet allocated."),
            TableColumn.Wide("Node", "NodeName indicates in which node this pod is scheduled. If empty, this pod is a candidate for scheduling by the scheduler defined in schedulerName."),
            TableColumn.Wide("Nominated Node", "nominatedNodeName is set only when this pod preempts other pods on the node, but it cannot be scheduled right away as preemption victims receive their graceful termination periods."),
            TableColumn.Wide("Readiness Gates", "If specified, all readiness gates will be evaluated for pod readiness. A pod is ready when all its containers are ready AND all conditions specified in the readiness gates have status equal to \"True\""),
        ],
        (json, pod, now) =>
        {
            var column = PodStatusColumn.Of(pod);
            json.WriteStringValue(pod.Name());
            json.WriteStringValue(column.Ready);
            json.WriteStringValue(column.Status);
            json.WriteStringValue(column.Restarts(now));
            json.WriteStringValue(pod.Age(now));
            json.WriteStringValue(PodIp(pod.At("status")));
            json.WriteStringValue(pod.At("spec", "nodeName").TextOr("<none>"));
            json.WriteStringValue(pod.At("status", "nominatedNodeName").TextOr("<none>"));
            json.WriteStringValue(ReadinessGates(pod));
        });

    private static TablePrinter ReplicaSets => new(
        [
            TableColumn.ObjectName,
            TableColumn.Number("Desired", "Replicas is the number of desired pods."),
            TableColumn.Number("Current", "Replicas is the most recently observed number of non-terminating pods."),
            TableColumn.Number("Ready", "The number of non-terminating pods targeted by this ReplicaSet with a Ready Condition."),
            TableColumn.Age,
            TableColumn.Wide("Containers", "Names of each container in the template."),
            TableColumn.Wide("Images", "Images referenced by each container in the template."),
            TableColumn.Wide("Selector", "Selector is a label query over pods that should match the replica count. Label keys and values that must match in order to be controlled by this replica set."),
        ],
        (json, set, now) =>
        {
            json.WriteStringValue(set.Name());
            json.WriteNumberValue(set.At("spec", "replicas").Number());
            json.WriteNumberValue(set.At("status", "replicas").Number());
            json.WriteNumberValue(set.At("status", "readyReplicas").Number());
            json.WriteStringValue(set.Age(now));
            WriteTemplate(json, set.At("spec"));
        });

    private static TablePrinter Deployments => new(
        [
            TableColumn.ObjectName,
            TableColumn.Text("Ready", "Number of the pod with ready state"),
            TableColumn.Text("Up-to-date", "Total number of non-terminating pods targeted by this deployment that have the desired template spec."),
            TableColumn.Text("Available", "Total number of available non-terminating pods (ready for at least minReadySeconds) targeted by this deployment."),
            TableColumn.Age,
            TableColumn.Wide("Containers", "Names of each container in the template."),
            TableColumn.Wide("Images", "Images referenced by each container in the template."),
            TableColumn.Wide("Selector", "Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the ones affected by this deployment."),
        ],
        (json, deployment, now) =>
        {
            var status = deployment.At("status");
            json.WriteStringValue(deployment.Name());
            json.WriteStringValue($"{status.At("readyReplicas").Number()}/{deployment.At("spec", "replicas").Number()}");
            json.WriteNumberValue(status.At("updatedReplicas").Number());
            json.WriteNumberValue(status.At("availableReplicas").Number());
            json.WriteStringValue(deployment.Age(now));
            WriteTemplate(json, deployment.At("spec"));
        });

    private static string PodIp(JsonElement status)
    {
        foreach (var address in status.At("podIPs").Items())
        {
            return address.At("ip").TextOr("<none>");
        }

        return status.At("podIP").TextOr("<none>");
    }

    private static string ReadinessGates(JsonElement pod)
    {
        var gates = pod.At("spec", "readinessGates");
        if (gates.Count() == 0)
        {
            return "<none>";
        }

        var open = 0;
        foreach (var gate in gates.Items())
        {
            foreach (var condition in pod.At("status", "conditions").Items())
            {
                if (condition.At("type").Text() == gate.At("conditionType").Text())
                {
                    open += condition.At("status").Text() == "True" ? 1 : 0;
                    break;
                }
            }
        }

        return $"{open}/{gates.Count()}";
    }

    private static void WriteTemplate(Utf8JsonWriter json, JsonElement spec)
    {
        var containers = spec.At("template", "spec").At("containers");
        json.WriteStringValue(string.Join(',', containers.Items().Select(container => container.At("name").Text())));
        json.WriteStringValue(string.Join(',', containers.Items().Select(container => container.At("image").Text())));
        json.WriteStringValue(Selector(spec.At("selector")));
    }

    private static string Selector(JsonElement selector)
    {
        var terms = new List<(string Key, string Text)>();
        if (selector.At("matchLabels") is { ValueKind: JsonValueKind.Object } labels)
        {
            terms.AddRange(labels.EnumerateObject().Select(label => (label.Name, $"{label.Name}={label.Value.Text()}")));
        }

        foreach (var expression in selector.At("matchExpressions").Items())
        {
            var key = expression.At("key").Text();
            var values = string.Join(',', expression.At("values").Items().Select(Fields.Text).Order(StringComparer.Ordinal));
            terms.Add((key, expression.At("operator").Text() switch
            {
                "In" => $"{key} in ({values})",
                "NotIn" => $"{key} notin ({values})",
                "DoesNotExist" => $"!{key}",
                _ => key,
            }));
        }

        return terms.Count == 0 ? "<none>" : string.Join(',', terms.OrderBy(term => term.Key, StringComparer.Ordinal).Select(term => term.Text));
    }
}
