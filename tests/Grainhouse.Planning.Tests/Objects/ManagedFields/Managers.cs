using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Objects;

namespace Grainhouse.Planning.Tests.Objects.ManagedFields;

/// <summary>Writes by named managers, and what became of the list of them.</summary>
internal static class Managers
{
    public static WriteOptions By(string manager, string subresource = "", bool force = false) =>
        new() { FieldManager = manager, Subresource = subresource, Force = force };

    public static WriteDecision Apply(
        ResourceDescriptor resource, KubeObject? current, string config, WriteOptions options, RuleContext? context = null)
    {
        var json = Rules.Utf8(config);
        var name = (string?)JsonNode.Parse(json)?["metadata"]?["name"] ?? current?.Key.Name ?? "x";
        return ObjectRules.Apply(resource, current?.Key ?? resource.Key("default", name), current, json, options, context ?? Rules.Context);
    }

    public static KubeObject Created(ResourceDescriptor resource, string json, string manager) =>
        Rules.Create(resource, json, By(manager)).Committed().WithRevision(10);

    public static RuleContext Later(int seconds) => Rules.Context with { Now = Rules.Context.Now.AddSeconds(seconds) };

    /// <summary>The list, empty for none.</summary>
    public static JsonArray List(this KubeObject value) => value.ToMutable()["metadata"]!["managedFields"] as JsonArray ?? [];

    /// <summary>The fields of one manager; fails if it has no entry or more than one.</summary>
    public static JsonNode Fields(this KubeObject value, string manager, string operation = "Update", string subresource = "") =>
        value.Entry(manager, operation, subresource)["fieldsV1"]!;

    public static JsonObject Entry(this KubeObject value, string manager, string operation = "Update", string subresource = "") =>
        (JsonObject)value.List().Single(entry => (string?)entry!["manager"] == manager
            && (string?)entry["operation"] == operation && ((string?)entry["subresource"] ?? "") == subresource)!;

    /// <summary>Who is in the list, as <c>manager/operation/subresource</c>.</summary>
    public static string[] Names(this KubeObject value) =>
        [.. value.List().Select(entry => $"{entry!["manager"]}/{entry["operation"]}/{entry["subresource"]}")];
}
