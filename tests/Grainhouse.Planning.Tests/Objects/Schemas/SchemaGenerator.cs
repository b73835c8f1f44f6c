using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Grainhouse.Interfaces.Objects;
using k8s.Models;

namespace Grainhouse.Planning.Tests.Objects.Schemas;

/// <summary>
/// Writes the schema catalog's text. Fields come from KubernetesClient's models; merge keys, list types, required fields and definition
/// names from the 1.20 OpenAPI document (a trimmed copy lies beside this file); what is newer than both is in <see cref="SchemaFacts"/>.
/// </summary>
internal sealed partial class SchemaGenerator
{
    private const string Core = "io.k8s.api.core.v1.";
    private const string Meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    // What every kind needs beside itself.
    private static readonly (string Definition, Type Model, string GroupVersionKind)[] Shared =
    [
        (Core + "Binding", typeof(V1Binding), "/v1/Binding"),
        ("io.k8s.api.policy.v1.Eviction", typeof(V1Eviction), "policy/v1/Eviction"),
        ("io.k8s.api.autoscaling.v1.Scale", typeof(V1Scale), "autoscaling/v1/Scale"),
        ("io.k8s.api.authorization.v1.SelfSubjectAccessReview", typeof(V1SelfSubjectAccessReview), "authorization.k8s.io/v1/SelfSubjectAccessReview"),
        (Meta + "DeleteOptions", typeof(V1DeleteOptions), ""), (Meta + "Status", typeof(V1Status), "/v1/Status"),
    ];

    // Packages that are newer than the published document, and what they were called in it.
    private static readonly (string Now, string Then)[] Renamed =
    [
        ("io.k8s.api.autoscaling.v2.", "io.k8s.api.autoscaling.v2beta2."), ("io.k8s.api.batch.v1.", "io.k8s.api.batch.v1beta1."),
        ("io.k8s.api.discovery.v1.", "io.k8s.api.discovery.v1beta1."), ("io.k8s.api.policy.v1.", "io.k8s.api.policy.v1beta1."),
    ];

    private readonly JsonObject published;
    private readonly SortedDictionary<string, (Type Model, string GroupVersionKind)> reached = new(StringComparer.Ordinal);

    public SchemaGenerator(JsonObject published) => this.published = published;

    /// <summary>Definition names and the models that have their fields.</summary>
    public IEnumerable<(string Name, Type Model)> Reached => reached.Select(item => (item.Key, item.Value.Model));

    public string Generate()
    {
        foreach (var (definition, model, groupVersionKind) in Roots().Concat(Shared))
        {
            Reach(definition, model, groupVersionKind);
        }

        var text = new StringBuilder();
        foreach (var (name, (model, groupVersionKind)) in reached)
        {
            text.Append(name);
            if (groupVersionKind.Length > 0)
            {
                text.Append(' ').Append(groupVersionKind);
            }

            text.Append('\n');
            foreach (var (field, property) in Fields(name, model))
            {
                WriteField(text, name, field, property);
            }
        }

        return text.ToString();
    }

    /// <summary>The kinds of the catalog and their lists. A version that the models lack has the fields of v1.</summary>
    private static IEnumerable<(string Definition, Type Model, string GroupVersionKind)> Roots()
    {
        var models = typeof(V1Pod).Assembly.GetTypes()
            .Select(type => (Type: type, Entity: type.GetCustomAttribute<KubernetesEntityAttribute>()))
            .Where(item => item.Entity is not null)
            .ToLookup(item => (item.Entity!.Group, item.Entity.ApiVersion, item.Entity.Kind), item => item.Type);
        foreach (var resource in ResourceCatalog.Served.Where(resource => resource.Schema.Length > 0))
        {
            foreach (var suffix in (string[])["", "List"])
            {
                var kind = resource.Kind + suffix;
                var model = models[(resource.Group, resource.Version, kind)].Concat(models[(resource.Group, "v1", kind)]).First();
                yield return (resource.Schema + suffix, model, $"{resource.Group}/{resource.Version}/{kind}");
            }
        }
    }

    /// <summary>The fields of a definition, in ordinal order.</summary>
    public static IEnumerable<(string Field, PropertyInfo Property)> Fields(string name, Type model) =>
        model.GetProperties()
            .Where(property => property.GetCustomAttribute<JsonPropertyNameAttribute>() is not null)
            .Select(property => (Field: property.GetCustomAttribute<JsonPropertyNameAttribute>()!.Name, property))
            .Where(item => !SchemaFacts.TooNew.Contains($"{Short(name)}.{item.Field}"))
            .OrderBy(item => item.Field, StringComparer.Ordinal);

    private static string Short(string name) => name[(name.LastIndexOf('.') + 1)..];

    private void Reach(string name, Type model, string groupVersionKind = "")
    {
        if (!reached.TryAdd(name, (model, groupVersionKind)))
        {
            return;
        }

        foreach (var (field, property) in Fields(name, model))
        {
            _ = TypeWords(name, field, property.PropertyType);
        }
    }

    private void WriteField(StringBuilder text, string name, string field, PropertyInfo property)
    {
        var facts = Published(name)?["properties"]?[field];
        var key = $"{Short(name)}.{field}";
        var required = SchemaFacts.NewerRequired.Contains(key)
            || (field == "items" && name.EndsWith("List", StringComparison.Ordinal))
            || (Published(name)?["required"] is JsonArray list && list.Any(item => (string?)item == field) && !SchemaFacts.NoLongerRequired.Contains(key));
        text.Append(' ').Append(field).Append(required ? "!" : "").Append(' ').Append(TypeWords(name, field, property.PropertyType));
        if (SchemaFacts.Newer.TryGetValue(key, out var newer))
        {
            text.Append(newer.Length > 0 ? " " : "").Append(newer);
        }
        else if (property.PropertyType.IsGenericType || facts?["strategy"] is not null && key != "LabelSelectorRequirement.key")
        {
            Append(text, "key", facts?["mergeKey"]);
            Append(text, "strategy", facts?["strategy"]);
            Append(text, "list", facts?["listType"]);
            Append(text, "mapkeys", facts?["mapKeys"] is JsonArray keys ? string.Join(',', keys.Select(item => (string)item!)) : null);
        }

        text.Append('\n');
    }

    private static void Append(StringBuilder text, string name, JsonNode? value)
    {
        if (value is not null)
        {
            text.Append(' ').Append(name).Append('=').Append((string?)value);
        }
    }

    private JsonNode? Published(string name) => published[name] ?? published[Then(name)];

    // Only where the published document knows nothing of the newer package's definition.
    private string Then(string name)
    {
        foreach (var (now, then) in Renamed)
        {
            if (name.StartsWith(now, StringComparison.Ordinal) && !published.ContainsKey(name))
            {
                return then + name[now.Length..];
            }
        }

        return name;
    }

    private string TypeWords(string name, string field, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(byte[]))
        {
            return "bytes";
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IList<>))
        {
            return "[]" + TypeWords(name, field, type.GenericTypeArguments[0]);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>))
        {
            return "{}" + TypeWords(name, field, type.GenericTypeArguments[1]);
        }

        var reference = (string?)Published(name)?["properties"]?[field]?["ref"];
        return type switch
        {
            _ when type == typeof(string) => "string",
            _ when type == typeof(int) => "int32",
            _ when type == typeof(long) => "int64",
            _ when type == typeof(double) => "double",
            _ when type == typeof(bool) => "bool",
            _ when type == typeof(DateTime) => reference?.EndsWith("MicroTime", StringComparison.Ordinal) == true ? "microtime" : "time",
            _ when type == typeof(ResourceQuantity) => "quantity",
            _ when type == typeof(IntOrString) => "intstr",
            _ when type.Namespace == "k8s.Models" => Reference(name, reference, type),
            _ => "any",
        };
    }

    private string Reference(string name, string? reference, Type model)
    {
        var package = name[..(name.LastIndexOf('.') + 1)];
        var own = ShortModel(model.Name);
        var then = Then(name);
        var target = reference switch
        {
            null when model.Name is "V1ObjectMeta" or "V1ListMeta" or "V1LabelSelector" or "V1Condition" or "V1FieldSelectorRequirement" or "V1LabelSelectorRequirement" => Meta + own,
            null when model.Name is "V1ObjectReference" => Core + own,
            null => package + own,

            // A type that was split off since then.
            _ when Short(reference) != own => package + own,
            _ when then != name && reference.StartsWith(then[..(then.LastIndexOf('.') + 1)], StringComparison.Ordinal) => package + own,
            _ => reference,
        };
        Reach(target, model);
        return target.StartsWith(package, StringComparison.Ordinal) ? "@." + target[package.Length..] : "@" + target;
    }

    // As in V1Pod, Corev1Event, V2MetricSpec.
    private static string ShortModel(string model) => ModelName().Match(model) is { Success: true } match
        ? match.Groups[1].Value
        : throw new InvalidOperationException($"No definition name for {model}.");

    [GeneratedRegex(@"^(?:[A-Z][a-z]*v\d|V\d)(?:(?:alpha|beta)\d)?([A-Z].*)$")]
    private static partial Regex ModelName();
}
