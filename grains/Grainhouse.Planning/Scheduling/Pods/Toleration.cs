using System.Text.Json;

namespace Grainhouse.Planning.Scheduling;

/// <summary>A node's mark that keeps away pods which do not tolerate it.</summary>
internal readonly record struct Taint(string Key, string Value, string Effect)
{
    public const string NoSchedule = "NoSchedule";
    public const string PreferNoSchedule = "PreferNoSchedule";
    public const string NoExecute = "NoExecute";

    /// <summary>What <c>spec.unschedulable</c> amounts to.</summary>
    public static Taint Unschedulable { get; } = new("node.kubernetes.io/unschedulable", "", NoSchedule);

    public static Taint Read(JsonElement taint) =>
        new(Json.Text(taint, "key"), Json.Text(taint, "value"), Json.Text(taint, "effect"));
}

/// <summary>An entry of <c>spec.tolerations</c>. An empty key or effect matches all.</summary>
internal readonly record struct Toleration(string Key, string Operator, string Value, string Effect)
{
    public static Toleration Read(JsonElement toleration) => new(
        Json.Text(toleration, "key"),
        Json.Text(toleration, "operator"),
        Json.Text(toleration, "value"),
        Json.Text(toleration, "effect"));

    public bool Tolerates(in Taint taint)
    {
        if ((Effect.Length > 0 && Effect != taint.Effect) || (Key.Length > 0 && Key != taint.Key))
        {
            return false;
        }

        return Operator switch
        {
            "" or "Equal" => Value == taint.Value,
            "Exists" => true,
            _ => false,
        };
    }
}
