using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Admission.Limits;

/// <summary>Gives a pod's containers the requests and limits that they leave open. After upstream's LimitRanger.</summary>
internal static class LimitDefaults
{
    private const string Annotation = "kubernetes.io/limit-ranger";

    /// <summary>Completes a pod, and notes on it what was set.</summary>
    public static void Apply(JsonObject pod, LimitRangeView range)
    {
        var (requests, limits) = (new ResourceAmounts(), new ResourceAmounts());
        foreach (var item in range.Items.Where(item => item.Type == "Container"))
        {
            Take(requests, item.DefaultRequest);
            Take(limits, item.Default);
        }

        if (requests.Count == 0 && limits.Count == 0)
        {
            return;
        }

        var notes = new List<string>();
        var spec = pod.Object("spec");
        foreach (var (part, words) in (ReadOnlySpan<(string, string)>)[("containers", "container"), ("initContainers", "init container")])
        {
            foreach (var (_, container) in spec.Items(part))
            {
                Note(notes, "request", words, container, Fill(container, "requests", requests));
                Note(notes, "limit", words, container, Fill(container, "limits", limits));
            }
        }

        if (notes.Count > 0)
        {
            pod.Child("metadata").Child("annotations")[Annotation] = $"LimitRanger plugin set: {string.Join("; ", notes)}";
        }
    }

    private static void Take(ResourceAmounts into, ResourceAmounts from)
    {
        foreach (var (name, amount) in from)
        {
            into[name] = amount;
        }
    }

    private static List<string> Fill(JsonObject container, string part, ResourceAmounts amounts)
    {
        var set = new List<string>();
        foreach (var (name, amount) in amounts)
        {
            var resources = container.Child("resources");
            if (!resources.Object(part).Has(name))
            {
                resources.Child(part)[name] = amount.ToString();
                set.Add(name);
            }
        }

        return set;
    }

    private static void Note(List<string> notes, string what, string words, JsonObject container, List<string> set)
    {
        if (set.Count > 0)
        {
            notes.Add($"{string.Join(", ", set)} {what} for {words} {container.Text("name")}");
        }
    }
}
