using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Kinds;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>What every object's <c>metadata</c> must look like.</summary>
internal static class MetadataRules
{
    /// <summary>Bytes of all annotations of an object together, keys and values.</summary>
    private const int MostAnnotationBytes = 256 * 1024;

    public static void Validate(KindRules kind, JsonObject metadata, FieldErrors errors)
    {
        if (metadata.Text("name") is not { Length: > 0 } name)
        {
            errors.Required(FieldPath.Metadata.Child("name"), "name or generateName is required");
        }
        else
        {
            kind.ValidateName(FieldPath.Metadata.Child("name"), name, errors);
        }

        Labels(metadata.Object("labels"), FieldPath.Metadata, "labels", errors);
        Annotations(metadata.Object("annotations"), FieldPath.Metadata, errors);
        Finalizers(metadata.Array("finalizers"), errors);
        OwnerRules.Validate(metadata.Array("ownerReferences"), errors);
    }

    /// <summary>A map of labels, of an object or in a selector.</summary>
    public static void Labels(JsonObject? labels, FieldPath parent, string name, FieldErrors errors)
    {
        if (labels is null)
        {
            return;
        }

        foreach (var (key, value) in labels)
        {
            if (LabelSyntax.WhyNotKey(key) is { } whyNotKey)
            {
                errors.Invalid(parent.Child(name), key, whyNotKey);
            }

            if (value.Text() is { } text && LabelSyntax.WhyNotValue(text) is { } whyNotValue)
            {
                errors.Invalid(parent.Child(name), text, whyNotValue);
            }
        }
    }

    public static void Annotations(JsonObject? annotations, FieldPath parent, FieldErrors errors)
    {
        if (annotations is null)
        {
            return;
        }

        var bytes = 0;
        foreach (var (key, value) in annotations)
        {
            // Upper case is fine in the prefix of an annotation's key.
            if (LabelSyntax.WhyNotKey(key.ToLowerInvariant()) is { } why)
            {
                errors.Invalid(parent.Child("annotations"), key, why);
            }

            bytes += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value.Text() ?? "");
        }

        if (bytes > MostAnnotationBytes)
        {
            errors.TooLong(parent.Child("annotations"), MostAnnotationBytes);
        }
    }

    private static void Finalizers(JsonArray? finalizers, FieldErrors errors)
    {
        if (finalizers is null)
        {
            return;
        }

        for (var i = 0; i < finalizers.Count; i++)
        {
            var name = finalizers[i].Text() ?? "";
            if (LabelSyntax.WhyNotKey(name) is { } why)
            {
                errors.Invalid(FieldPath.Metadata.Child("finalizers").Index(i), name, why);
            }
            else if (!name.Contains('/', StringComparison.Ordinal) && name is not "kubernetes" and not "orphan" and not "foregroundDeletion")
            {
                errors.Invalid(
                    FieldPath.Metadata.Child("finalizers").Index(i), name, "name is neither a standard finalizer name nor is it fully qualified");
            }
        }
    }
}
