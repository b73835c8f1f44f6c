using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>Environment variables and where they come from.</summary>
internal static class EnvRules
{
    private static readonly string[] Sources = ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef"];

    private static readonly string[] Fields =
    [
        "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
        "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
    ];

    public static void Validate(JsonObject container, FieldPath path, FieldErrors errors)
    {
        if (container.Array("env") is { } env)
        {
            for (var i = 0; i < env.Count; i++)
            {
                Variable(env[i] as JsonObject, path, i, errors);
            }
        }

        if (container.Array("envFrom") is { } envFrom)
        {
            for (var i = 0; i < envFrom.Count; i++)
            {
                From(envFrom[i] as JsonObject, path.Child("envFrom").Index(i), errors);
            }
        }
    }

    private static void Variable(JsonObject? variable, FieldPath container, int index, FieldErrors errors)
    {
        var name = variable.Text("name") ?? "";
        if (name.Length == 0)
        {
            errors.Required(container.Child("env").Index(index).Child("name"));
        }
        else if (name.AsSpan().IndexOfAnyExceptInRange(' ', '~') >= 0 || name.Contains('=', StringComparison.Ordinal))
        {
            NameRules.Env(container.Child("env").Index(index).Child("name"), name, errors);
        }

        if (variable.Object("valueFrom") is { } from)
        {
            Source(from, variable.Text("value"), container.Child("env").Index(index).Child("valueFrom"), errors);
        }
    }

    private static void Source(JsonObject from, string? value, FieldPath path, FieldErrors errors)
    {
        var found = 0;
        foreach (var name in Sources)
        {
            if (from.Object(name) is { } source)
            {
                found++;
                Source(name, source, path.Child(name), errors);
            }
        }

        if (found == 0)
        {
            errors.Invalid(path, "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
        }
        else if (!string.IsNullOrEmpty(value))
        {
            errors.Invalid(path, "", "may not be specified when `value` is not empty");
        }
        else if (found > 1)
        {
            errors.Invalid(path, "", "may not have more than one field specified at a time");
        }
    }

    private static void Source(string name, JsonObject source, FieldPath path, FieldErrors errors)
    {
        switch (name)
        {
            case "fieldRef":
                FieldRef(source, path, errors);
                break;
            case "resourceFieldRef":
                if (string.IsNullOrEmpty(source.Text("resource")))
                {
                    errors.Required(path.Child("resource"));
                }

                break;
            default:
                if (string.IsNullOrEmpty(source.Text("name")))
                {
                    errors.Required(path.Child("name"));
                }

                if (source.Text("key") is not { Length: > 0 } key)
                {
                    errors.Required(path.Child("key"));
                }
                else
                {
                    NameRules.ConfigKey(path.Child("key"), key, errors);
                }

                break;
        }
    }

    private static void FieldRef(JsonObject source, FieldPath path, FieldErrors errors)
    {
        if (source.Text("fieldPath") is not { Length: > 0 } field)
        {
            errors.Required(path.Child("fieldPath"));
        }
        else if (Array.IndexOf(Fields, field) < 0 && !IsSubscript(field))
        {
            errors.Invalid(path.Child("fieldPath"), field, $"error converting fieldPath: field label not supported: {field}");
        }
    }

    /// <summary>One label or annotation: <c>metadata.labels['app']</c>.</summary>
    private static bool IsSubscript(string field) =>
        (field.StartsWith("metadata.labels['", StringComparison.Ordinal) || field.StartsWith("metadata.annotations['", StringComparison.Ordinal))
        && field.EndsWith("']", StringComparison.Ordinal);

    private static void From(JsonObject? source, FieldPath path, FieldErrors errors)
    {
        var found = 0;
        foreach (var name in (ReadOnlySpan<string>)["configMapRef", "secretRef"])
        {
            if (source.Object(name) is { } reference)
            {
                found++;
                if (string.IsNullOrEmpty(reference.Text("name")))
                {
                    errors.Required(path.Child(name).Child("name"));
                }
            }
        }

        if (source.Text("prefix") is { Length: > 0 } prefix)
        {
            NameRules.Env(path.Child("prefix"), prefix, errors);
        }

        if (found != 1)
        {
            errors.Invalid(
                path, "", found == 0 ? "must specify one of: `configMapRef` or `secretRef`" : "may not have more than one field specified at a time");
        }
    }
}
