using System.Diagnostics;

namespace Grainhouse.Gateway.Metrics;

/// <summary>What is to be counted of one request; filled in as it becomes known.</summary>
internal sealed class RequestRecord
{
    /// <summary>When it came.</summary>
    public long Began { get; } = Stopwatch.GetTimestamp();

    /// <summary>The verb as kube-apiserver's metrics have it, as in <c>LIST</c>; empty for a path that names no resource.</summary>
    public string Verb { get; set; } = "";

    /// <summary>The API group.</summary>
    public string Group { get; set; } = "";

    /// <summary>The version.</summary>
    public string Version { get; set; } = "";

    /// <summary>The plural resource: only one that is served, so that nobody can invent labels.</summary>
    public string Resource { get; set; } = "";

    /// <summary>The subresource.</summary>
    public string Subresource { get; set; } = "";

    /// <summary><c>resource</c>, <c>namespace</c> or <c>cluster</c>.</summary>
    public string Scope { get; set; } = "";

    /// <summary>It goes on for as long as its client likes.</summary>
    public bool IsStream { get; set; }
}
