using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Configurations of admission webhooks, mutating or validating.</summary>
internal sealed class WebhookConfigurationRules(bool mutating) : KindRules
{
    private static readonly string[] FailurePolicies = ["Fail", "Ignore"];
    private static readonly string[] MatchPolicies = ["Equivalent", "Exact"];
    private static readonly string[] SideEffects = ["None", "NoneOnDryRun"];
    private static readonly string[] Reinvocations = ["IfNeeded", "Never"];
    private static readonly string[] Scopes = ["*", "Cluster", "Namespaced"];
    private static readonly string[] Operations = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];

    public override string DesiredPart => "webhooks";

    public override void Default(JsonObject root)
    {
        foreach (var (_, webhook) in root.Items("webhooks"))
        {
            webhook.Default("failurePolicy", "Fail");
            webhook.Default("matchPolicy", "Equivalent");
            webhook.Default("timeoutSeconds", 10);
            webhook.Child("namespaceSelector");
            webhook.Child("objectSelector");
            webhook.Object("clientConfig").Object("service")?.Default("port", 443);
            if (mutating)
            {
                webhook.Default("reinvocationPolicy", "Never");
            }

            foreach (var (_, rule) in webhook.Items("rules"))
            {
                rule.Default("scope", "*");
            }
        }
    }

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, webhook) in root.Items("webhooks"))
        {
            var path = FieldPath.Root("webhooks").Index(i);
            Webhook(webhook, path, errors);
            if (webhook.Text("name") is { Length: > 0 } name && !names.Add(name))
            {
                errors.Duplicate(path.Child("name"), name);
            }
        }
    }

    private static void Webhook(JsonObject webhook, FieldPath path, FieldErrors errors)
    {
        var name = webhook.Text("name") ?? "";
        if (name.Length == 0)
        {
            errors.Required(path.Child("name"));
        }
        else if (name.Split('.').Length < 3)
        {
            errors.Invalid(path.Child("name"), name, "should be a domain with at least three segments separated by dots");
        }

        if (!webhook.Has("sideEffects"))
        {
            errors.Required(path.Child("sideEffects"), "must specify one of None, NoneOnDryRun");
        }

        NumberRules.OneOf(webhook, "sideEffects", SideEffects, path, errors);
        NumberRules.OneOf(webhook, "failurePolicy", FailurePolicies, path, errors);
        NumberRules.OneOf(webhook, "matchPolicy", MatchPolicies, path, errors);
        NumberRules.OneOf(webhook, "reinvocationPolicy", Reinvocations, path, errors);
        if (webhook.Number("timeoutSeconds") is < 1 or > 30)
        {
            errors.Invalid(path.Child("timeoutSeconds"), webhook.Number("timeoutSeconds")!.Value, "the timeout value must be between 1 and 30 seconds");
        }

        var versions = webhook.Texts("admissionReviewVersions").Select(version => version.Text).ToArray();
        if (versions.Length == 0)
        {
            errors.Required(path.Child("admissionReviewVersions"), "must specify one of v1, v1beta1");
        }
        else if (!versions.Any(version => version is "v1" or "v1beta1"))
        {
            errors.InvalidRaw(path.Child("admissionReviewVersions"), GoWords.Strings(webhook.Array("admissionReviewVersions")), "must include at least one of v1, v1beta1");
        }

        var client = webhook.Object("clientConfig");
        if (client.Has("url") == client.Has("service"))
        {
            errors.Required(path.Child("clientConfig"), "exactly one of url or service is required");
        }

        SelectorRules.Validate(webhook.Object("namespaceSelector"), path.Child("namespaceSelector"), errors);
        SelectorRules.Validate(webhook.Object("objectSelector"), path.Child("objectSelector"), errors);
        foreach (var (i, rule) in webhook.Items("rules"))
        {
            Rule(rule, path.Child("rules").Index(i), errors);
        }
    }

    private static void Rule(JsonObject rule, FieldPath path, FieldErrors errors)
    {
        foreach (var name in (ReadOnlySpan<string>)["operations", "apiGroups", "apiVersions", "resources"])
        {
            if (rule.Array(name) is not { Count: > 0 })
            {
                errors.Required(path.Child(name));
            }
        }

        foreach (var (i, operation) in rule.Texts("operations").Where(operation => !Operations.Contains(operation.Text)))
        {
            errors.NotSupported(path.Child("operations").Index(i), operation, Operations);
        }

        NumberRules.OneOf(rule, "scope", Scopes, path, errors);
    }
}
