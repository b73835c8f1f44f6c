namespace Grainhouse.Gateway;

/// <summary>Something without which no request for an object may be answered. Register any number in the container.</summary>
public interface IServingCondition
{
    /// <summary>Why not, in words for the client, who is to ask again or elsewhere (503); null if all is well. Asked for each request, so it must be at hand.</summary>
    string? Refusal { get; }
}
