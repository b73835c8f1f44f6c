using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Events;

/// <summary>What became of a draft: an Event to create, or one to count up.</summary>
/// <param name="Key">The Event's key.</param>
/// <param name="Document">The whole Event.</param>
/// <param name="Patch">The merge patch that counts it up; null to create it. If the Event is gone, create it instead.</param>
public sealed record EventWrite(ObjectKey Key, JsonObject Document, JsonObject? Patch);
