using System.Text.Json.Nodes;

namespace Grainhouse.Planning.Objects.ManagedFields;

/// <summary>What an apply comes to: the merged document and who owns what of it, or what stands against it.</summary>
/// <param name="Document">The merged document; not defaulted, not validated.</param>
/// <param name="Entries">The managers afterwards.</param>
/// <param name="Conflicts">What others own of what the apply would change; empty for none.</param>
internal readonly record struct ApplyOutcome(JsonObject Document, List<ManagedEntry> Entries, List<FieldConflict> Conflicts);

/// <summary>Fields that somebody else owns.</summary>
/// <param name="Manager">Who.</param>
/// <param name="Fields">Which.</param>
internal readonly record struct FieldConflict(ManagedEntry Manager, FieldSet Fields);
