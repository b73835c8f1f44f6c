namespace Grainhouse.Client;

/// <summary>Objects of one revision.</summary>
/// <param name="Items">The objects, in the server's order.</param>
/// <param name="ResourceVersion">What the list shows: a watch from here sees every later change.</param>
public sealed record ObjectList<T>(IReadOnlyList<T> Items, string ResourceVersion);
