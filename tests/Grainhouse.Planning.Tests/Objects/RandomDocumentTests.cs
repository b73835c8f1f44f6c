using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Objects;

namespace Grainhouse.Planning.Tests.Objects;

/// <summary>Nothing that a user can send makes the rules throw, and what they accept they accept again unchanged.</summary>
public sealed class RandomDocumentTests
{
    private const int Cases = 4000;

    private static readonly (ResourceDescriptor Resource, string Json)[] Bases =
    [
        (ResourceCatalog.Pods, Documents.Pod), (ResourceCatalog.Deployments, Documents.Deployment), (ResourceCatalog.Services, Documents.Service),
        (ResourceCatalog.ConfigMaps, Documents.ConfigMap), (ResourceCatalog.Namespaces, Documents.Namespace),
        (ResourceCatalog.Secrets, "{'metadata':{'name':'s'},'type':'Opaque','stringData':{'a':'b'}}"),
        (ResourceCatalog.Nodes, "{'metadata':{'name':'n'},'spec':{'taints':[{'key':'a','effect':'NoSchedule'}]},'status':{'capacity':{'cpu':'4'}}}"),
        (ResourceCatalog.Endpoints, "{'metadata':{'name':'e'},'subsets':[{'addresses':[{'ip':'10.0.0.1'}],'ports':[{'port':80}]}]}"),
        (ResourceCatalog.EndpointSlices, "{'metadata':{'name':'e'},'addressType':'IPv4','endpoints':[{'addresses':['10.0.0.1']}],'ports':[{'port':80}]}"),
        (ResourceCatalog.Leases, "{'metadata':{'name':'l'},'spec':{'holderIdentity':'a','leaseDurationSeconds':15,'renewTime':'2026-01-02T03:04:05.000000Z'}}"),
        (ResourceCatalog.Events, "{'metadata':{'name':'e'},'involvedObject':{'namespace':'default'},'type':'Normal','count':1}"),
    ];

    private static readonly string[] Words = ["", "a", "None", "Always", "10.0.0.1", "1Gi", "ExternalName", "ClientIP", "LoadBalancer", "x y", "-1", "Recreate", "process"];

    [Fact]
    public void Create_AnyDocument_IsDecided_AndAcceptedAgainUnchanged()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var random = new Random(seed);
            var (resource, json) = Bases[random.Next(Bases.Length)];
            var document = JsonNode.Parse(json.Replace('\'', '"'))!;
            for (var changes = random.Next(4); changes >= 0; changes--)
            {
                Mutate(random, document);
            }

            try
            {
                Decide(random, resource, document);
            }
            catch (Exception error)
            {
                throw new Xunit.Sdk.XunitException($"Seed {seed}, {resource.Kind} {document.ToJsonString()}: {error}", error);
            }
        }
    }

    private static void Decide(Random random, ResourceDescriptor resource, JsonNode document)
    {
        var created = ObjectRules.Create(
            resource, resource.Key("default", "x"), Encoding.UTF8.GetBytes(WithName(document, "x").ToJsonString()), new WriteOptions(), Rules.Context);
        if (created is not WriteDecision.Commit commit)
        {
            Assert.NotEmpty(Assert.IsType<WriteDecision.Reject>(created).Error.Message);
            return;
        }

        var current = commit.Object.WithRevision(10);
        var again = ObjectRules.Update(resource, current, current.ToJson(), new WriteOptions(), Rules.Context);
        Assert.True(again is WriteDecision.Unchanged, $"{again} instead of unchanged {Encoding.UTF8.GetString(current.Document.Span)}");

        var patch = JsonNode.Parse(current.ToJson())!;
        Mutate(random, patch);
        foreach (var type in (ReadOnlySpan<PatchType>)[PatchType.Merge, PatchType.StrategicMerge, PatchType.Json])
        {
            ObjectRules.Patch(resource, current, type, Encoding.UTF8.GetBytes(patch.ToJsonString()), new WriteOptions(), Rules.Context);
        }

        ObjectRules.Delete(resource, current, new DeletionOptions { Propagation = (DeletionPropagation)random.Next(3) }, Rules.Context);
    }

    private static JsonNode WithName(JsonNode document, string name)
    {
        if (document is JsonObject root && root["metadata"] is JsonObject metadata && metadata["name"] is JsonValue)
        {
            metadata["name"] = name;
        }

        return document;
    }

    /// <summary>Replaces, removes or adds something somewhere.</summary>
    private static void Mutate(Random random, JsonNode node)
    {
        while (true)
        {
            var children = node switch
            {
                JsonObject members => members.Select(member => member.Value).ToList(),
                JsonArray items => [.. items],
                _ => [],
            };
            var deeper = children.Where(child => child is JsonObject or JsonArray).ToList();
            if (deeper.Count > 0 && random.Next(4) > 0)
            {
                node = deeper[random.Next(deeper.Count)]!;
                continue;
            }

            switch (node)
            {
                case JsonObject members when members.Count > 0 && random.Next(5) > 0:
                    var name = members.ElementAt(random.Next(members.Count)).Key;
                    members[name] = Value(random, 2);
                    break;
                case JsonObject members:
                    members["extra" + random.Next(3)] = Value(random, 2);
                    break;
                case JsonArray items when items.Count > 0 && random.Next(3) > 0:
                    items[random.Next(items.Count)] = Value(random, 2);
                    break;
                case JsonArray items:
                    items.Add(Value(random, 2));
                    break;
            }

            return;
        }
    }

    private static JsonNode? Value(Random random, int depth) => random.Next(depth > 0 ? 8 : 5) switch
    {
        0 => null,
        1 => random.Next(-1, 70000),
        2 => random.Next(2) == 0,
        3 => Words[random.Next(Words.Length)],
        4 => random.NextDouble(),
        5 => new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => Value(random, depth - 1))]),
        6 => new JsonObject(),
        _ => new JsonObject { ["name"] = Value(random, depth - 1), ["port"] = Value(random, depth - 1), ["$patch"] = Words[random.Next(Words.Length)] },
    };
}
