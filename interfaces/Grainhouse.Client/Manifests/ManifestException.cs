namespace Grainhouse.Client;

/// <summary>A manifest cannot be read. The message says where and why.</summary>
public sealed class ManifestException(string message, Exception? cause = null) : Exception(message, cause);
