namespace Grainhouse.Client.Connections;

/// <summary>What a request does, as traces and figures name it.</summary>
/// <param name="Verb">As in <c>list</c>.</param>
/// <param name="Kind">As in <c>Deployment</c>; empty for a request about no kind.</param>
internal readonly record struct Operation(string Verb, string Kind);
