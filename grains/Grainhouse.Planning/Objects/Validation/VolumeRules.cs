using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>Volumes of a pod.</summary>
internal static class VolumeRules
{
    private static readonly string[] HostPathTypes =
        ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];

    public static void Validate(JsonArray? volumes, FieldPath parent, PodScope scope, FieldErrors errors)
    {
        if (volumes is null)
        {
            return;
        }

        for (var i = 0; i < volumes.Count; i++)
        {
            if (volumes[i] is not JsonObject volume)
            {
                continue;
            }

            var path = parent.Child("volumes").Index(i);
            if (volume.Text("name") is not { Length: > 0 } name)
            {
                errors.Required(path.Child("name"));
            }
            else
            {
                NameRules.Label(path.Child("name"), name, errors);
                if (!scope.AddVolume(name))
                {
                    errors.Duplicate(path.Child("name"), name);
                }
            }

            Sources(volume, path, errors);
        }
    }

    /// <summary>A path inside a volume.</summary>
    public static void RelativePath(string relative, FieldPath path, FieldErrors errors)
    {
        if (relative.StartsWith('/'))
        {
            errors.Invalid(path, relative, "must be a relative path");
        }

        NoDotDot(relative, path, errors);
    }

    private static void NoDotDot(string relative, FieldPath path, FieldErrors errors)
    {
        if (relative.Contains("..", StringComparison.Ordinal) && relative.Split('/').Contains(".."))
        {
            errors.Invalid(path, relative, "must not contain '..'");
        }
    }

    private static void Sources(JsonObject volume, FieldPath path, FieldErrors errors)
    {
        var found = 0;
        foreach (var (name, value) in volume)
        {
            if (name == "name" || value is not JsonObject source)
            {
                continue;
            }

            if (found++ > 0)
            {
                errors.Forbidden(path.Child(name), "may not specify more than 1 volume type");
                continue;
            }

            Source(name, source, path.Child(name), errors);
        }

        if (found == 0)
        {
            errors.Required(path, "must specify a volume type");
        }
    }

    private static void Source(string name, JsonObject source, FieldPath path, FieldErrors errors)
    {
        switch (name)
        {
            case "hostPath":
                if (source.Text("path") is not { Length: > 0 } hostPath)
                {
                    errors.Required(path.Child("path"));
                }
                else
                {
                    NoDotDot(hostPath, path.Child("path"), errors);
                }

                NumberRules.OneOf(source, "type", HostPathTypes, path, errors);
                break;
            case "configMap":
                Named(source, "name", path, errors);
                Files(source, path, errors);
                break;
            case "secret":
                Named(source, "secretName", path, errors);
                Files(source, path, errors);
                break;
            case "persistentVolumeClaim":
                Named(source, "claimName", path, errors);
                break;
            case "downwardAPI":
                Mode(source, "defaultMode", path, errors);
                break;
        }
    }

    private static void Named(JsonObject source, string field, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(source.Text(field)))
        {
            errors.Required(path.Child(field));
        }
    }

    private static void Files(JsonObject source, FieldPath path, FieldErrors errors)
    {
        Mode(source, "defaultMode", path, errors);
        if (source.Array("items") is not { } items)
        {
            return;
        }

        for (var i = 0; i < items.Count; i++)
        {
            var item = items[i] as JsonObject;
            var itemPath = path.Child("items").Index(i);
            Named(item ?? [], "key", itemPath, errors);
            if (item.Text("path") is not { Length: > 0 } file)
            {
                errors.Required(itemPath.Child("path"));
            }
            else
            {
                RelativePath(file, itemPath.Child("path"), errors);
            }

            Mode(item, "mode", itemPath, errors);
        }
    }

    private static void Mode(JsonObject? node, string name, FieldPath path, FieldErrors errors)
    {
        if (node.Number(name) is { } mode and (< 0 or > 511))
        {
            errors.Invalid(path.Child(name), mode, "must be a number between 0 and 0777 (octal), both inclusive");
        }
    }
}
