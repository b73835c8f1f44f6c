namespace Grainhouse.Storage;

/// <summary>A store that is opened once before it is used.</summary>
internal interface IOpenable
{
    /// <summary>Opens the store: checks it and brings its tables to the newest version.</summary>
    /// <exception cref="StorageStartException">The store cannot be opened as it is.</exception>
    Task OpenAsync();
}
