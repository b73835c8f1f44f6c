namespace Grainhouse.Storage;

/// <summary>The store cannot be opened as it is: a person must act (the message says how). Asking again does not help.</summary>
public sealed class StorageStartException(string message, Exception? cause = null) : Exception(message, cause);
