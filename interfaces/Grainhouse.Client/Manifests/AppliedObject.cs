using System.Text.Json.Nodes;

namespace Grainhouse.Client;

/// <summary>What applying a manifest did.</summary>
public enum AppliedChange
{
    /// <summary>The object was not there.</summary>
    Created = 0,

    /// <summary>The object was changed.</summary>
    Configured = 1,

    /// <summary>The object was as the manifest says.</summary>
    Unchanged = 2,
}

/// <summary>An object that was applied.</summary>
/// <param name="Reference">Which.</param>
/// <param name="Change">What applying did.</param>
/// <param name="Object">The object as stored.</param>
public sealed record AppliedObject(ObjectReference Reference, AppliedChange Change, JsonObject Object);
