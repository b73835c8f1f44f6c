namespace Grainhouse.Storage.Cache;

/// <summary>What a watch asks for.</summary>
/// <param name="Resource">A resource; null for all.</param>
/// <param name="Namespace">A namespace; null for all.</param>
internal readonly record struct WatchScope(string? Resource, string? Namespace);
