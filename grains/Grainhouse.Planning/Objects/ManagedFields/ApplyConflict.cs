using System.Collections.Immutable;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Objects.ManagedFields;

/// <summary>409 for fields that somebody else owns, in upstream's words.</summary>
internal static class ApplyConflict
{
    private const string Reason = "FieldManagerConflict";

    /// <summary>Tells of every field and its manager.</summary>
    public static ApiStatus Of(IEnumerable<FieldConflict> conflicts)
    {
        var causes = conflicts.OrderBy(conflict => conflict.Manager.Words(), StringComparer.Ordinal)
            .SelectMany(conflict => FieldPaths.Words(conflict.Fields).Select(path => new StatusCause(Reason, $"conflict with {conflict.Manager.Words()}", path)))
            .ToImmutableArray();
        return new ApiStatus(409, "Conflict", Message(causes)) { Causes = causes };
    }

    private static string Message(ImmutableArray<StatusCause> causes)
    {
        if (causes.Length == 1)
        {
            return $"Apply failed with 1 conflict: {causes[0].Message}: {causes[0].Field}";
        }

        var words = causes.GroupBy(cause => cause.Message)
            .SelectMany(group => group.Select(cause => $"- {cause.Field}").Prepend(group.Key.Replace("conflict with", "conflicts with", StringComparison.Ordinal) + ":"));
        return $"Apply failed with {causes.Length} conflicts: {string.Join('\n', words)}";
    }
}
