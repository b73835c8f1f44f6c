using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Writes;

/// <summary>Whether a write was based on the state that is the current one.</summary>
internal static class Preconditions
{
    /// <summary>Compares a <c>metadata.resourceVersion</c>; null if the write may go on.</summary>
    public static ApiStatus? Revision(ResourceDescriptor resource, KubeObject current, string? revision, bool needed)
    {
        if (string.IsNullOrEmpty(revision) || revision == "0")
        {
            if (!needed)
            {
                return null;
            }

            var errors = new FieldErrors();
            errors.InvalidRaw(FieldPath.Metadata.Child("resourceVersion"), "0x0", "must be specified for an update");
            return ApiStatus.Invalid(resource, current.Key.Name, errors.Causes);
        }

        if (!long.TryParse(revision, out var number))
        {
            var errors = new FieldErrors();
            errors.Invalid(FieldPath.Metadata.Child("resourceVersion"), revision, "must be a decimal number that the server gave");
            return ApiStatus.Invalid(resource, current.Key.Name, errors.Causes);
        }

        return number == current.Revision ? null : ApiStatus.StaleRevision(resource, current.Key.Name);
    }

    /// <summary>Compares a deletion's preconditions; null if it may go on.</summary>
    public static ApiStatus? Deletion(ResourceDescriptor resource, KubeObject current, string? uid, long? revision)
    {
        if (uid is not null && uid != current.Header.Uid)
        {
            return ApiStatus.Conflict(
                resource,
                current.Key.Name,
                $"the UID in the precondition ({uid}) does not match the UID in record ({current.Header.Uid}). The object might have been deleted and then recreated");
        }

        return revision is { } expected && expected != current.Revision
            ? ApiStatus.Conflict(
                resource,
                current.Key.Name,
                $"the ResourceVersion in the precondition ({expected}) does not match the ResourceVersion in record ({current.Revision}). The object might have been modified")
            : null;
    }
}
