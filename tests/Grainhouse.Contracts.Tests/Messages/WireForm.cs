using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Orleans;
using Orleans.Concurrency;
using Orleans.Serialization.Invocation;

namespace Grainhouse.Contracts.Tests.Messages;

/// <summary>What a message means, as JSON: its fields by the ids that they have on the wire, so that names may change.</summary>
internal static class WireForm
{
    public static JsonNode? Of(object? value) => value switch
    {
        null => null,
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        Enum name => JsonValue.Create(name.ToString()),
        int or long or uint or ulong => JsonValue.Create(Convert.ToString(value, CultureInfo.InvariantCulture)),
        DateTimeOffset time => JsonValue.Create(time.ToString("O", CultureInfo.InvariantCulture)),
        byte[] bytes => JsonValue.Create(Convert.ToBase64String(bytes)),
        ReadOnlyMemory<byte> bytes => JsonValue.Create(Convert.ToBase64String(bytes.Span)),
        CancellationToken => JsonValue.Create("token"),
        Exception error => JsonValue.Create(error.Message),
        IMessage message => JsonNode.Parse(JsonFormatter.Default.Format(message)),
        IInvokable call => Of(call),
        IEnumerable items => new JsonArray([.. items.Cast<object?>().Select(Of)]),
        _ when value.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Immutable<>) => Of(type.GetField("Value")!.GetValue(value)),
        _ => OfFields(value),
    };

    /// <summary>Says where a message that was read lacks what the saved one had; empty if nowhere. It may have more.</summary>
    public static string Missing(JsonNode? saved, JsonNode? read, string at = "")
    {
        switch (saved, read)
        {
            case (JsonObject fields, JsonObject others):
                return fields.Select(field => Missing(field.Value, others[field.Key], $"{at}/{field.Key}")).FirstOrDefault(fault => fault.Length > 0, "");
            case (JsonArray items, JsonArray others) when items.Count == others.Count:
                return items.Select((item, index) => Missing(item, others[index], $"{at}/{index}")).FirstOrDefault(fault => fault.Length > 0, "");
            default:
                return JsonNode.DeepEquals(saved, read) ? "" : $"{(at.Length == 0 ? "/" : at)} was {saved?.ToJsonString() ?? "null"} and is read as {read?.ToJsonString() ?? "null"}";
        }
    }

    private static JsonObject Of(IInvokable call) => new()
    {
        ["call"] = $"{AliasOf(call.GetInterfaceType())}.{AliasOf(call.GetMethod())}",
        ["arguments"] = new JsonArray([.. Enumerable.Range(0, call.GetArgumentCount()).Select(index => Of(call.GetArgument(index)))]),
    };

    private static string AliasOf(MemberInfo member) => member.GetCustomAttribute<AliasAttribute>()!.Alias;

    private static JsonObject OfFields(object value)
    {
        var fields = value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => (property, property.GetCustomAttribute<IdAttribute>()?.Id))
            .Where(field => field.Id is not null)
            .OrderBy(field => field.Id)
            .ToList();
        Assert.True(fields.Count > 0, $"{value.GetType()} has no fields with ids: say in WireForm what it means.");
        return new JsonObject(fields.Select(field => KeyValuePair.Create($"{field.Id}", Of(field.property.GetValue(value)))));
    }
}
