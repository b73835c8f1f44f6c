namespace Grainhouse.Gateway.Health;

/// <summary>One thing that must be well before the gateway may take requests. Register more in the container.</summary>
public interface IReadinessCheck
{
    /// <summary>As in <c>store</c>: a path of its own under <c>/readyz/</c>.</summary>
    string Name { get; }

    /// <summary>What is wrong; null if all is well. May also throw.</summary>
    ValueTask<string?> CheckAsync(CancellationToken cancellationToken);
}
