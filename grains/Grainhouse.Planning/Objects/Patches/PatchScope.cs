using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Patches;

/// <summary>What a patch reaches.</summary>
internal static class PatchScope
{
    private const string List = "/metadata/managedFields";

    /// <summary>Whether a patch reads or writes <c>metadata.managedFields</c>, which is else left out of what is patched.</summary>
    public static bool TouchesManagedFields(PatchType type, JsonNode? changes) => type == PatchType.Json
        ? changes is JsonArray operations && operations.Any(item => item is JsonObject operation && (Reaches(operation.Text("path")) || Reaches(operation.Text("from"))))
        : (changes as JsonObject).Object("metadata")?.ContainsKey("managedFields") == true;

    private static bool Reaches(string? pointer) =>
        pointer is "" or "/metadata" || pointer?.StartsWith(List, StringComparison.Ordinal) == true;
}
