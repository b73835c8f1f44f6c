namespace Grainhouse.Benchmarks.Scenarios.Nuisances;

/// <summary>Something that clients do and others should not notice.</summary>
internal interface INuisance
{
    /// <summary>Goes on until cancelled.</summary>
    /// <param name="begun">To be called once it is in full swing.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task RunAsync(Action begun, CancellationToken cancellationToken);

    /// <summary>What it came to so far, in words.</summary>
    string Note { get; }
}
