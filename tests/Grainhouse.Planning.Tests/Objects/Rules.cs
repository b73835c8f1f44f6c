using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Objects;

namespace Grainhouse.Planning.Tests.Objects;

/// <summary>The rules, asked with as few words as a test can do with. Documents may be written with single quotes.</summary>
internal static class Rules
{
    public const string Uid = "11111111-2222-3333-4444-555555555555";

    public static RuleContext Context { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), Uid);

    public static byte[] Utf8(string json) => Encoding.UTF8.GetBytes(json.Replace('\'', '"'));

    public static WriteDecision Create(ResourceDescriptor resource, string json, WriteOptions? options = null, string? name = null)
    {
        var metadata = TryParse(json)?["metadata"];
        return ObjectRules.Create(
            resource, resource.Key("default", name ?? (string?)metadata?["name"] ?? "x"), Utf8(json), options ?? new WriteOptions(), Context);
    }

    /// <summary>Creates, and pretends that the store gave the revision.</summary>
    public static KubeObject Created(ResourceDescriptor resource, string json, long revision = 10) =>
        Create(resource, json).Committed().WithRevision(revision);

    public static WriteDecision Update(ResourceDescriptor resource, KubeObject current, string json, string subresource = "") =>
        ObjectRules.Update(resource, current, Utf8(json), new WriteOptions { Subresource = subresource }, Context);

    /// <summary>Updates to what <paramref name="change"/> makes of the current document.</summary>
    public static WriteDecision Update(ResourceDescriptor resource, KubeObject current, Action<JsonObject> change, string subresource = "")
    {
        var document = JsonNode.Parse(current.ToJson())!.AsObject();
        change(document);
        return ObjectRules.Update(
            resource, current, Encoding.UTF8.GetBytes(document.ToJsonString()), new WriteOptions { Subresource = subresource }, Context);
    }

    public static WriteDecision Patch(ResourceDescriptor resource, KubeObject current, PatchType type, string patch, WriteOptions? options = null) =>
        ObjectRules.Patch(resource, current, type, Utf8(patch), options ?? new WriteOptions(), Context);

    public static WriteDecision Delete(ResourceDescriptor resource, KubeObject current, DeletionOptions? options = null) =>
        ObjectRules.Delete(resource, current, options ?? new DeletionOptions(), Context);

    public static KubeObject Committed(this WriteDecision decision) =>
        decision is WriteDecision.Commit commit ? commit.Object : throw new Xunit.Sdk.XunitException($"No commit: {Words(decision)}");

    public static JsonObject Document(this WriteDecision decision) => decision.Committed().ToMutable();

    public static ApiStatus Rejected(this WriteDecision decision) =>
        decision is WriteDecision.Reject reject ? reject.Error : throw new Xunit.Sdk.XunitException($"No rejection: {Words(decision)}");

    /// <summary>The causes, as <c>reason path: message</c>.</summary>
    public static string[] Causes(this WriteDecision decision) =>
        [.. decision.Rejected().Causes.Select(cause => $"{cause.Field}: {cause.Message}")];

    public static void AssertJson(string expected, JsonNode? actual) =>
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(expected.Replace('\'', '"')), JsonNode.Parse(actual?.ToJsonString() ?? "null")),
            $"Expected {expected.Replace('\'', '"')}\nActual   {actual?.ToJsonString(DocumentJson.Options)}");

    private static string Words(WriteDecision decision) => decision is WriteDecision.Reject reject ? reject.Error.Message : decision.GetType().Name;

    private static JsonNode? TryParse(string json)
    {
        try
        {
            return JsonNode.Parse(json.Replace('\'', '"')) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
