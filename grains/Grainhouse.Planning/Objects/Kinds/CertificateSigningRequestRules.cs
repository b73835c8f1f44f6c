using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Certificate signing requests: what was asked for stays as it was.</summary>
internal sealed class CertificateSigningRequestRules : KindRules
{
    private const long ShortestSeconds = 600;

    public override void PrepareCreate(JsonObject root, ObjectKey key) => root["status"] = new JsonObject();

    public override void PrepareUpdate(JsonObject root, JsonObject old) => root.TakeFrom(old, "spec");

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        var spec = root.Object("spec");
        if (!IsRequest(spec.Text("request")))
        {
            errors.InvalidRaw(FieldPath.Spec.Child("request"), "[]byte", "PEM block type must be CERTIFICATE REQUEST");
        }

        if (spec.Array("usages") is not { Count: > 0 })
        {
            errors.Required(FieldPath.Spec.Child("usages"), "usages must contain at least one usage");
        }

        var signer = spec.Text("signerName") ?? "";
        if (signer.Length == 0)
        {
            errors.Required(FieldPath.Spec.Child("signerName"));
        }
        else if (signer.IndexOf('/', StringComparison.Ordinal) is < 1 || signer.EndsWith('/'))
        {
            errors.Invalid(FieldPath.Spec.Child("signerName"), signer, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
        }

        if (spec.Number("expirationSeconds") is < ShortestSeconds and var seconds)
        {
            errors.Invalid(FieldPath.Spec.Child("expirationSeconds"), seconds, "may not specify a duration less than 600 seconds (10 minutes)");
        }
    }

    private static bool IsRequest(string? base64)
    {
        var bytes = new byte[(base64?.Length ?? 0) * 3 / 4 + 3];
        return base64 is not null && Convert.TryFromBase64String(base64, bytes, out var length)
            && System.Text.Encoding.ASCII.GetString(bytes, 0, length).Contains("-----BEGIN CERTIFICATE REQUEST-----", StringComparison.Ordinal);
    }
}
