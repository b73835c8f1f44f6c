using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Json;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>The data of config maps and secrets.</summary>
internal static class DataRules
{
    /// <summary>Bytes that a config map or secret may hold, values only.</summary>
    private const int MostBytes = 1024 * 1024;

    private const string Frozen = "field is immutable when `immutable` is set";

    public static void ConfigMap(JsonObject root, FieldErrors errors)
    {
        var bytes = 0L;
        foreach (var (key, value) in root.Object("data") ?? [])
        {
            NameRules.ConfigKey(FieldPath.Root("data").Key(key), key, errors);
            if (root.Object("binaryData").Has(key))
            {
                errors.Invalid(FieldPath.Root("data").Key(key), key, "duplicate of key present in binaryData");
            }

            bytes += Encoding.UTF8.GetByteCount(value.Text() ?? "");
        }

        foreach (var (key, value) in root.Object("binaryData") ?? [])
        {
            NameRules.ConfigKey(FieldPath.Root("binaryData").Key(key), key, errors);
            bytes += DecodedLength(value.Text() ?? "");
        }

        if (bytes > MostBytes)
        {
            errors.TooLong(FieldPath.Root(""), MostBytes);
        }
    }

    public static void Secret(JsonObject root, FieldErrors errors)
    {
        var data = root.Object("data");
        var bytes = 0L;
        foreach (var (key, value) in data ?? [])
        {
            NameRules.ConfigKey(FieldPath.Root("data").Key(key), key, errors);
            bytes += DecodedLength(value.Text() ?? "");
        }

        if (bytes > MostBytes)
        {
            errors.TooLong(FieldPath.Root("data"), MostBytes);
        }

        foreach (var key in RequiredKeys(root.Text("type")))
        {
            if (!data.Has(key))
            {
                errors.Required(FieldPath.Root("data").Key(key));
            }
        }

        if (root.Text("type") == "kubernetes.io/basic-auth" && !data.Has("username") && !data.Has("password"))
        {
            errors.Required(FieldPath.Root("data").Key("username"));
            errors.Required(FieldPath.Root("data").Key("password"));
        }

        const string Account = "kubernetes.io/service-account.name";
        if (root.Text("type") == "kubernetes.io/service-account-token"
            && string.IsNullOrEmpty(root.Object("metadata").Object("annotations").Text(Account)))
        {
            errors.Required(FieldPath.Metadata.Child("annotations").Key(Account));
        }
    }

    /// <summary>Once <c>immutable</c> is set it stays, and so does the data.</summary>
    public static void ValidateUpdate(JsonObject root, JsonObject old, FieldErrors errors)
    {
        if (!old.Flag("immutable"))
        {
            return;
        }

        if (!root.Flag("immutable"))
        {
            errors.Forbidden(FieldPath.Root("immutable"), Frozen);
        }

        foreach (var name in (ReadOnlySpan<string>)["data", "binaryData"])
        {
            if (!JsonTree.Equal(root[name], old[name]))
            {
                errors.Forbidden(FieldPath.Root(name), Frozen);
            }
        }
    }

    private static string[] RequiredKeys(string? type) => type switch
    {
        "kubernetes.io/tls" => ["tls.crt", "tls.key"],
        "kubernetes.io/dockerconfigjson" => [".dockerconfigjson"],
        "kubernetes.io/dockercfg" => [".dockercfg"],
        "kubernetes.io/ssh-auth" => ["ssh-privatekey"],
        _ => [],
    };

    private static long DecodedLength(string base64) =>
        (base64.Length / 4 * 3) - (base64.EndsWith("==", StringComparison.Ordinal) ? 2 : base64.EndsWith('=') ? 1 : 0);
}
