using System.Text;
using System.Text.Json;
using static Grainhouse.Gateway.Tables.TableCell;

namespace Grainhouse.Gateway.Tables;

/// <content>Who may do what, how much of it, and what the cluster is made of.</content>
internal static partial class TablePrinters
{
    private static TablePrinter ResourceQuotas => TablePrinter.Of(
        Name,
        Text("Request", "Request represents a minimum amount of cpu/memory that a container may consume.", item => Quota(item, limits: false)),
        Text("Limit", "Limits control the maximum amount of cpu/memory that a container may use independent of contention on the node.", item => Quota(item, limits: true)),
        Age);

    private static TablePrinter ComponentStatuses => TablePrinter.Of(
        Name,
        Text("Status", "Status of the component conditions", item => Healthy(item).At("status").Text() switch { "True" => "Healthy", "False" => "Unhealthy", _ => "Unknown" }),
        Text("Message", "Message of the component conditions", item => Healthy(item).At("message").Text()),
        Text("Error", "Error of the component conditions", item => Healthy(item).At("error").Text()));

    private static TablePrinter PriorityClasses => TablePrinter.Of(
        Name,
        Number("Value", "value represents the integer value of this priority class.", item => item.At("value").Number()),
        Flag("Global-Default", "globalDefault specifies whether this PriorityClass should be considered as the default priority for pods that do not have any priority class.", item => item.At("globalDefault").IsTrue()),
        Age,
        Text("PreemptionPolicy", "preemptionPolicy is the Policy for preempting pods with lower priority.", item => item.At("preemptionPolicy").Text()));

    private static TablePrinter RuntimeClasses => TablePrinter.Of(
        Name, Text("Handler", "handler specifies the underlying runtime and configuration that the CRI implementation will use to handle pods of this class.", item => item.At("handler").Text()), Age);

    private static TablePrinter CertificateSigningRequests => TablePrinter.Of(
        Name,
        Age,
        Text("SignerName", "signerName indicates the requested signer, and is a qualified name.", item => item.At("spec", "signerName").TextOr("<none>")),
        Text("Requestor", "username contains the name of the user that created the CertificateSigningRequest.", item => item.At("spec", "username").Text()),
        Text("RequestedDuration", "expirationSeconds is the requested duration of validity of the issued certificate.", item => item.At("spec", "expirationSeconds") is { ValueKind: JsonValueKind.Number } seconds ? HumanDuration.Format(TimeSpan.FromSeconds(seconds.Number())) : "<none>"),
        Text("Condition", "conditions applied to the request.", SigningState));

    private static TablePrinter WebhookConfigurations => TablePrinter.Of(
        Name, Number("Webhooks", "Webhooks indicates the number of webhooks registered in this configuration", item => item.At("webhooks").Count()), Age);

    private static TablePrinter ApiServices => TablePrinter.Of(
        Name,
        Text("Service", "The reference to the service that hosts this API endpoint.", item => item.At("spec", "service") is { ValueKind: JsonValueKind.Object } service ? $"{service.At("namespace").Text()}/{service.At("name").Text()}" : "Local"),
        Text("Available", "Whether this service is available.", Available),
        Age);

    private static TablePrinter RoleBindings(string kind) => TablePrinter.Of(
        Name,
        Text("Role", "RoleRef can reference a role in the current namespace or a ClusterRole in the global namespace.", item => $"{item.At("roleRef", "kind").Text()}/{item.At("roleRef", "name").Text()}"),
        Age,
        Wide("Users", $"Users in the {kind}", item => Subjects(item, "User")),
        Wide("Groups", $"Groups in the {kind}", item => Subjects(item, "Group")),
        Wide("ServiceAccounts", $"ServiceAccounts in the {kind}", item => Subjects(item, "ServiceAccount")));

    private static string Subjects(JsonElement binding, string kind) => string.Join(", ", binding.At("subjects").Items()
        .Where(subject => subject.At("kind").Text() == kind)
        .Select(subject => kind == "ServiceAccount" ? $"{subject.At("namespace").Text()}/{subject.At("name").Text()}" : subject.At("name").Text()));

    private static string Quota(JsonElement quota, bool limits)
    {
        var text = new StringBuilder();
        if (quota.At("status", "hard") is { ValueKind: JsonValueKind.Object } hard)
        {
            foreach (var resource in hard.EnumerateObject().OrderBy(resource => resource.Name, StringComparer.Ordinal))
            {
                if (resource.Name.StartsWith("limits.", StringComparison.Ordinal) == limits)
                {
                    text.Append(text.Length > 0 ? ", " : "")
                        .Append($"{resource.Name}: {quota.At("status", "used").At(resource.Name).TextOr("0")}/{resource.Value.Text()}");
                }
            }
        }

        return text.ToString();
    }

    private static JsonElement Healthy(JsonElement component) =>
        component.At("conditions").Items().FirstOrDefault(condition => condition.At("type").Text() == "Healthy");

    private static string Available(JsonElement service)
    {
        var condition = service.At("status", "conditions").Items().FirstOrDefault(condition => condition.At("type").Text() == "Available");
        return condition.At("status").Text() is "True" ? "True" : $"{condition.At("status").TextOr("Unknown")} ({condition.At("reason").Text()})";
    }

    private static string SigningState(JsonElement request)
    {
        var types = request.At("status", "conditions").Items().Select(condition => condition.At("type").Text()).ToHashSet();
        var decided = types.Contains("Denied") ? "Denied" : types.Contains("Approved") ? "Approved" : "Pending";
        return decided + (types.Contains("Failed") ? ",Failed" : "") + (request.At("status", "certificate").Text().Length > 0 ? ",Issued" : "");
    }
}
