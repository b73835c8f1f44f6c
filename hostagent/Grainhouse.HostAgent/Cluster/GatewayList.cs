using Grainhouse.Interfaces.Agents;

namespace Grainhouse.HostAgent.Cluster;

/// <summary>The gateways to try, in turn: those of the options first, then those of the cluster's settings.</summary>
internal sealed class GatewayList(IReadOnlyList<Uri> configured)
{
    private List<Uri> all = [.. configured];
    private int at;

    /// <summary>The one to dial now.</summary>
    public Uri Current => all[at % all.Count];

    /// <summary>Goes on to the next one, because the current one failed.</summary>
    public void Next() => at = (at + 1) % all.Count;

    /// <summary>Which round through all gateways it is after a number of failures in a row, both from 1.</summary>
    public int RoundOf(int failures) => ((failures - 1) / all.Count) + 1;

    /// <summary>Takes the cluster's own list; the current gateway stays current.</summary>
    public void Take(Settings settings)
    {
        var current = Current;
        List<Uri> merged = [.. configured];
        foreach (var text in settings.Gateways)
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out var gateway) && !merged.Contains(gateway))
            {
                merged.Add(gateway);
            }
        }

        all = merged;
        at = Math.Max(0, all.IndexOf(current));
    }
}
