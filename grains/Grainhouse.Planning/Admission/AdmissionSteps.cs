using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Admission.Limits;
using Grainhouse.Planning.Objects;

namespace Grainhouse.Planning.Admission;

/// <summary>Admission: what the cluster says of a write beyond the rules of the kind. Upstream's order.</summary>
/// <remarks>
/// A write is decoded and defaulted, completed by <see cref="Complete"/>, validated by its kind, and judged by <see cref="Refuse"/>.
/// What must be counted across objects comes last of all, in the grains' <c>ObjectAdmission</c>. Writes by clients and by the
/// cluster's own reconcilers go through the same steps.
/// </remarks>
internal static class AdmissionSteps
{
    /// <summary>Fills in what the namespace gives a new object that does not say otherwise.</summary>
    public static void Complete(ResourceDescriptor resource, JsonObject root, RuleContext context)
    {
        foreach (var range in resource == ResourceCatalog.Pods ? context.Policies.LimitRanges : [])
        {
            LimitDefaults.Apply(root, LimitRangeView.Of(range));
        }
    }

    /// <summary>Says why the namespace does not take an object that is valid in itself (403); null if it does.</summary>
    public static ApiStatus? Refuse(ResourceDescriptor resource, ObjectKey key, JsonObject root, RuleContext context)
    {
        foreach (var range in context.Policies.LimitRanges)
        {
            if (LimitChecks.WhyNot(resource, root, LimitRangeView.Of(range)) is { } why)
            {
                return ApiStatus.Forbidden(resource, key.Name, why);
            }
        }

        return null;
    }
}
