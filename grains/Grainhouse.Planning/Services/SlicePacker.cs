using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Services;

/// <summary>Shares endpoints among slices. An endpoint stays in the slice that has it, so that one pod's change writes one slice.</summary>
internal static class SlicePacker
{
    /// <summary>Upstream's default of <c>--max-endpoints-per-slice</c>.</summary>
    public const int MaxEndpoints = 100;

    public static void Pack(ServiceInput input, ServiceView service, List<EndpointGroup> groups, ImmutableArray<ReconcileAction>.Builder actions)
    {
        var stored = Stored(input);
        var labels = Labels(input, service);
        var names = input.Slices.Select(slice => slice.Key.Name).ToHashSet(StringComparer.Ordinal);
        var kept = new HashSet<SliceEdit>();
        if (groups.Count == 0)
        {
            groups = [new EndpointGroup([])];
        }

        foreach (var group in groups)
        {
            var slices = stored.Where(slice => slice.Signature == group.Signature).ToList();
            PackGroup(group, slices);
            if (group.Endpoints.Count == 0 && slices.Count == 0)
            {
                slices.Add(new SliceEdit());
            }

            foreach (var slice in slices.Where(slice => slice.Items.Count > 0 || group.Endpoints.Count == 0))
            {
                kept.Add(slice);
                Write(input, group, slice, labels, names, actions);
            }
        }

        foreach (var slice in stored.Where(slice => !kept.Contains(slice)))
        {
            var uid = slice.Object!.Header.Uid;
            actions.Add(new ReconcileAction.Delete(slice.Object.Key, uid, new DeletionOptions { Uid = uid }));
        }
    }

    private static List<SliceEdit> Stored(ServiceInput input)
    {
        var stored = new List<SliceEdit>();
        foreach (var slice in input.Slices)
        {
            if (slice.Header.Labels.GetValueOrDefault(ServiceLabels.ServiceName) == input.Service.Key.Name
                && slice.Header.Labels.GetValueOrDefault(ServiceLabels.ManagedBy) == ServiceLabels.Controller
                && slice.Header.DeletionTimestamp is null)
            {
                stored.Add(new SliceEdit(slice));
            }
        }

        return stored;
    }

    private static void PackGroup(EndpointGroup group, List<SliceEdit> slices)
    {
        var open = new Dictionary<string, ServiceEndpoint>(group.Endpoints, StringComparer.Ordinal);
        foreach (var slice in slices)
        {
            foreach (var known in slice.Stored)
            {
                if (slice.Items.Count < MaxEndpoints && open.Remove(known.Uid, out var endpoint))
                {
                    slice.Items.Add(endpoint);
                }
            }
        }

        // The fullest first: few slices, and of those few are written.
        var room = new Queue<SliceEdit>(slices.Where(slice => slice.Items.Count < MaxEndpoints).OrderByDescending(slice => slice.Items.Count));
        foreach (var endpoint in open.Values)
        {
            while (room.TryPeek(out var full) && full.Items.Count >= MaxEndpoints)
            {
                room.Dequeue();
            }

            if (!room.TryPeek(out var slice))
            {
                slice = new SliceEdit();
                slices.Add(slice);
                room.Enqueue(slice);
            }

            slice.Items.Add(endpoint);
        }
    }

    private static JsonObject Labels(ServiceInput input, ServiceView service)
    {
        var labels = ServiceLabels.Of(input.Service, service);
        labels[ServiceLabels.ManagedBy] = ServiceLabels.Controller;
        labels[ServiceLabels.ServiceName] = input.Service.Key.Name;
        return labels;
    }

    private static void Write(
        ServiceInput input, EndpointGroup group, SliceEdit slice, JsonObject labels, HashSet<string> names,
        ImmutableArray<ReconcileAction>.Builder actions)
    {
        if (slice.Object is not { } stored)
        {
            var name = NewName(input.Service, names);
            var key = ResourceCatalog.EndpointSlices.Key(input.Service.Key.Namespace, name);
            actions.Add(new ReconcileAction.Create(key, NewSlice(input, key, labels, group, slice.ToJson())));
            return;
        }

        if (slice.IsAsStored && ServiceLabels.Same(stored.Header.Labels, labels))
        {
            return;
        }

        var document = stored.ToMutable();
        document["endpoints"] = slice.ToJson();
        document["metadata"]!["labels"] = labels.DeepClone();
        actions.Add(new ReconcileAction.Replace(stored.Key, stored.Revision, document));
    }

    private static JsonObject NewSlice(ServiceInput input, ObjectKey key, JsonObject labels, EndpointGroup group, JsonArray endpoints) => new()
    {
        ["apiVersion"] = ResourceCatalog.EndpointSlices.ApiVersion,
        ["kind"] = ResourceCatalog.EndpointSlices.Kind,
        ["metadata"] = new JsonObject
        {
            ["name"] = key.Name,
            ["generateName"] = input.Service.Key.Name + "-",
            ["namespace"] = key.Namespace,
            ["labels"] = labels.DeepClone(),
            ["ownerReferences"] = new JsonArray(
                OwnerReferences.Controller(ResourceCatalog.Services, input.Service.Key.Name, input.Service.Header.Uid)),
        },
        ["addressType"] = "IPv4",
        ["endpoints"] = endpoints,
        ["ports"] = group.PortsJson(),
    };

    /// <summary>The first free name of a series that the Service's uid gives: two deciders of one state name a slice alike.</summary>
    private static string NewName(KubeObject service, HashSet<string> names)
    {
        var kept = service.Key.Name.Length > 57 ? service.Key.Name[..57] : service.Key.Name;
        for (var i = 0; ; i++)
        {
            var hash = new Fnv();
            hash.Add(service.Header.Uid);
            hash.Add(i);
            var name = $"{kept}-{SafeNames.EncodeFive(hash.Value)}";
            if (names.Add(name))
            {
                return name;
            }
        }
    }

    /// <summary>A slice while it is packed: a stored one, or a new one.</summary>
    private sealed class SliceEdit
    {
        public SliceEdit()
        {
        }

        public SliceEdit(KubeObject slice)
        {
            Object = slice;
            var view = SliceView.Of(slice);
            Signature = view.Signature;
            Stored = view.Endpoints;
        }

        public KubeObject? Object { get; }

        public string Signature { get; } = "";

        public ImmutableArray<EndpointFacts> Stored { get; } = [];

        public List<ServiceEndpoint> Items { get; } = [];

        /// <summary>Whether the slice says already what it should.</summary>
        public bool IsAsStored
        {
            get
            {
                if (Items.Count != Stored.Length)
                {
                    return false;
                }

                for (var i = 0; i < Stored.Length; i++)
                {
                    if (Items[i].Facts != Stored[i])
                    {
                        return false;
                    }
                }

                return true;
            }
        }

        public JsonArray ToJson() => new([.. Items.Select(endpoint => endpoint.ToSliceJson())]);
    }
}
