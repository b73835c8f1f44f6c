using Grainhouse.Gateway.Security;
using Grainhouse.Interfaces.Objects;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Gateway.Requests;

/// <summary>A request on an object or a collection, known and allowed.</summary>
/// <param name="Http">The request itself.</param>
/// <param name="Resource">The kind.</param>
/// <param name="Namespace">Null for all namespaces, and at the cluster scope.</param>
/// <param name="Name">The object's name; empty for a collection.</param>
/// <param name="Subresource">The subresource; empty for the object itself.</param>
/// <param name="Form">The form of the answer.</param>
/// <param name="User">Who asks.</param>
internal sealed record ResourceRequest(
    HttpContext Http, ResourceDescriptor Resource, string? Namespace, string Name, string Subresource, Representation Form, UserIdentity User)
{
    /// <summary>The request's seat; a stream gives it back once it has begun. Null for one that needs none.</summary>
    public IDisposable? Seat { get; init; }

    /// <summary>The key of the object that is named.</summary>
    public ObjectKey Key => Resource.Key(Namespace, Name);

    /// <summary>Ends when the client leaves, or the request's time is over.</summary>
    public CancellationToken Aborted => Http.RequestAborted;
}
