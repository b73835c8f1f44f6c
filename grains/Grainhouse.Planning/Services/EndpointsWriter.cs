using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Services;

/// <summary>Keeps the Endpoints of a Service, the older form that holds all addresses in one object.</summary>
internal static class EndpointsWriter
{
    /// <summary>Upstream's bound: beyond it the object says so and holds no more.</summary>
    public const int MaxAddresses = 1000;

    private const string OverCapacity = "endpoints.kubernetes.io/over-capacity";

    /// <summary>The write that brings the Endpoints up to date; null if they are.</summary>
    public static ReconcileAction? Write(ServiceInput input, ServiceView service, List<EndpointGroup> groups)
    {
        var labels = ServiceLabels.Of(input.Service, service);
        var subsets = Subsets(groups, out var truncated);
        if (input.Endpoints is not { } stored)
        {
            var key = ResourceCatalog.Endpoints.Key(input.Service.Key.Namespace, input.Service.Key.Name);
            return new ReconcileAction.Create(key, New(input, key, labels, ToJson(subsets), truncated));
        }

        if (stored.Header.DeletionTimestamp is not null || IsAsStored(stored, labels, subsets, truncated))
        {
            return null;
        }

        var document = stored.ToMutable();
        var metadata = document.Child("metadata");
        metadata.Remove("labels");
        if (labels.Count > 0)
        {
            metadata["labels"] = labels;
        }

        SetTruncated(metadata, truncated);
        document.SetOrOmit("subsets", ToJson(subsets));
        return new ReconcileAction.Replace(stored.Key, stored.Revision, document);
    }

    private static bool IsAsStored(KubeObject stored, JsonObject labels, List<Subset> subsets, bool truncated)
    {
        var before = EndpointsView.Of(stored).Subsets;
        if (before.Length != subsets.Count || stored.Header.Annotations.ContainsKey(OverCapacity) != truncated
            || !ServiceLabels.Same(stored.Header.Labels, labels))
        {
            return false;
        }

        for (var i = 0; i < before.Length; i++)
        {
            if (!before[i].IsSame(subsets[i].Facts))
            {
                return false;
            }
        }

        return true;
    }

    private static List<Subset> Subsets(List<EndpointGroup> groups, out bool truncated)
    {
        var subsets = new List<Subset>();
        var left = MaxAddresses;
        truncated = false;
        foreach (var group in groups)
        {
            var subset = new Subset(group, [], []);
            foreach (var endpoint in group.Endpoints.Values.OrderBy(endpoint => endpoint.Pod.Ip, StringComparer.Ordinal))
            {
                if (!endpoint.InEndpoints)
                {
                    continue;
                }

                if (left == 0)
                {
                    truncated = true;
                    break;
                }

                left--;
                (endpoint.Ready ? subset.Ready : subset.NotReady).Add(endpoint);
            }

            if (subset.Ready.Count + subset.NotReady.Count > 0)
            {
                subsets.Add(subset);
            }
        }

        return subsets;
    }

    private static JsonArray ToJson(List<Subset> subsets)
    {
        var array = new JsonArray();
        foreach (var subset in subsets)
        {
            var json = new JsonObject();
            json.SetOrOmit("addresses", new JsonArray([.. subset.Ready.Select(endpoint => endpoint.ToAddressJson())]));
            json.SetOrOmit("notReadyAddresses", new JsonArray([.. subset.NotReady.Select(endpoint => endpoint.ToAddressJson())]));
            json.SetOrOmit("ports", Ports(subset.Group));
            array.Add(json);
        }

        return array;
    }

    private static JsonArray Ports(EndpointGroup group)
    {
        var ports = group.PortsJson();
        foreach (var port in ports.OfType<JsonObject>().Where(port => port.Text("name") is ""))
        {
            port.Remove("name");
        }

        return ports;
    }

    private static void SetTruncated(JsonObject metadata, bool truncated)
    {
        if (truncated)
        {
            metadata.Child("annotations")[OverCapacity] = "truncated";
        }
        else if (metadata.Object("annotations") is { } annotations && annotations.Remove(OverCapacity) && annotations.Count == 0)
        {
            metadata.Remove("annotations");
        }
    }

    private static JsonObject New(ServiceInput input, ObjectKey key, JsonObject labels, JsonArray subsets, bool truncated)
    {
        var metadata = new JsonObject { ["name"] = key.Name, ["namespace"] = key.Namespace };
        if (labels.Count > 0)
        {
            metadata["labels"] = labels;
        }

        // Upstream's Endpoints have no owner and rely on the deletion being seen; by the owner they go even if it was missed.
        metadata["ownerReferences"] = new JsonArray(
            OwnerReferences.Controller(ResourceCatalog.Services, input.Service.Key.Name, input.Service.Header.Uid));
        SetTruncated(metadata, truncated);
        var document = new JsonObject
        {
            ["apiVersion"] = ResourceCatalog.Endpoints.ApiVersion,
            ["kind"] = ResourceCatalog.Endpoints.Kind,
            ["metadata"] = metadata,
        };
        document.SetOrOmit("subsets", subsets);
        return document;
    }

    private sealed record Subset(EndpointGroup Group, List<ServiceEndpoint> Ready, List<ServiceEndpoint> NotReady)
    {
        public EndpointSubset Facts => new(
            Group.Signature, [.. Ready.Select(endpoint => endpoint.AddressFacts)], [.. NotReady.Select(endpoint => endpoint.AddressFacts)]);
    }
}
