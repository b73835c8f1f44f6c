namespace Grainhouse.Planning.Objects.Patches;

/// <summary>A strategic merge patch breaks its own rules, deep inside; becomes a 400 where the patch began.</summary>
internal sealed class PatchFormatException(string message) : Exception(message);
