namespace Grainhouse.Gateway.Health;

/// <summary>Whether requests may be sent here: what <c>/readyz</c> says.</summary>
public interface IReadiness
{
    /// <summary>Whether every check finds nothing wrong, each within a second, and the server does not stop.</summary>
    Task<bool> IsReadyAsync(CancellationToken cancellationToken);
}
