using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Deployments;

/// <summary>A Deployment's <c>spec</c> with the API's defaults.</summary>
internal sealed class DeploymentSpec
{
    public DeploymentSpec(JsonObject document)
    {
        Name = document.Object("metadata").Text("name") ?? "";
        var spec = document.Object("spec");
        Replicas = Math.Max(0, spec.Int("replicas", 1));
        Paused = spec.Flag("paused");
        MinReadySeconds = spec.Int("minReadySeconds");
        RevisionHistoryLimit = spec.Int("revisionHistoryLimit", 10);
        ProgressDeadlineSeconds = spec.Int("progressDeadlineSeconds", 600);
        SelectorNode = spec.Object("selector");
        Selector = LabelSelector.FromJson(SelectorNode);
        Template = spec.Object("template") ?? [];
        CollisionCount = document.Object("status").Number("collisionCount") is { } count ? (int)count : null;
        var strategy = spec.Object("strategy");
        Recreate = strategy.Text("type") == "Recreate";
        (MaxSurge, MaxUnavailable) = Recreate ? (0, 0) : Fenceposts(strategy.Object("rollingUpdate"), Replicas);
    }

    public string Name { get; }

    public int Replicas { get; }

    public bool Paused { get; }

    public int MinReadySeconds { get; }

    public int RevisionHistoryLimit { get; }

    public int ProgressDeadlineSeconds { get; }

    public JsonObject? SelectorNode { get; }

    public LabelSelector Selector { get; }

    public JsonObject Template { get; }

    /// <summary><c>status.collisionCount</c>: how often a name that the template's hash gave was taken.</summary>
    public int? CollisionCount { get; }

    public bool Recreate { get; }

    /// <summary>How many pods there may be beyond <see cref="Replicas"/>.</summary>
    public int MaxSurge { get; }

    /// <summary>How many of <see cref="Replicas"/> may be missing while the Deployment still counts as available.</summary>
    public int MaxUnavailable { get; }

    /// <summary>The largest int stands for no deadline, as upstream has it.</summary>
    public bool HasProgressDeadline => ProgressDeadlineSeconds != int.MaxValue;

    /// <summary>Percentages are rounded up for the surge and down for the missing; if both come to 0, one may be missing.</summary>
    private static (int Surge, int Unavailable) Fenceposts(JsonObject? rollingUpdate, int replicas)
    {
        var surge = Scale(rollingUpdate?["maxSurge"], replicas, roundUp: true);
        var unavailable = Scale(rollingUpdate?["maxUnavailable"], replicas, roundUp: false);
        if (surge == 0 && unavailable == 0)
        {
            unavailable = 1;
        }

        return (surge, Math.Min(unavailable, replicas));
    }

    private static int Scale(JsonNode? value, int replicas, bool roundUp)
    {
        if (value is JsonValue number && number.GetValueKind() == System.Text.Json.JsonValueKind.Number)
        {
            return number.TryGetValue(out int whole) ? Math.Max(0, whole) : 0;
        }

        // The API's default for both.
        var percent = 25;
        if (value is JsonValue text && text.TryGetValue(out string? words))
        {
            var digits = words.EndsWith('%') ? words.AsSpan(0, words.Length - 1) : words;
            if (!int.TryParse(digits, out percent))
            {
                return 0;
            }

            if (!words.EndsWith('%'))
            {
                return Math.Max(0, percent);
            }
        }

        var scaled = (long)replicas * Math.Max(0, percent);
        return (int)Math.Min(int.MaxValue, roundUp ? (scaled + 99) / 100 : scaled / 100);
    }
}
