using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Objects.Writes;

namespace Grainhouse.Planning.Objects;

/// <summary>What Kubernetes' API machinery promises for every object: decisions, no deeds.</summary>
/// <remarks>
/// Documents and patches are UTF-8 JSON as the user sent them. Nothing is thrown for what a user can get wrong: that is a
/// <see cref="WriteDecision.Reject"/> in upstream's words. Safe to call from any thread.
/// </remarks>
public static class ObjectRules
{
    /// <summary>Decides on a new object.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="key">The object's key; a generated name is made before this call.</param>
    /// <param name="document">The object as the user sent it.</param>
    /// <param name="options">The subresource is ignored: a subresource belongs to an object that exists.</param>
    /// <param name="context">Time and uid.</param>
    public static WriteDecision Create(
        ResourceDescriptor resource, ObjectKey key, ReadOnlyMemory<byte> document, WriteOptions options, RuleContext context) =>
        Creation.Decide(resource, key, document.Span, options, context);

    /// <summary>
    /// Decides on a replacement of an object or of its subresource (<c>status</c>, <c>scale</c>, <c>binding</c>, <c>finalize</c>, and of
    /// a PodDisruptionBudget <see cref="Disruptions.DisruptionClaim"/>).
    /// </summary>
    /// <param name="resource">The kind.</param>
    /// <param name="current">The object as last committed.</param>
    /// <param name="document">The subresource's own kind: a Scale for <c>scale</c>, a Binding for <c>binding</c>, else the object.</param>
    /// <param name="options">Names the subresource.</param>
    /// <param name="context">Time.</param>
    public static WriteDecision Update(
        ResourceDescriptor resource, KubeObject current, ReadOnlyMemory<byte> document, WriteOptions options, RuleContext context) =>
        Replacement.Decide(resource, current, document.Span, options, context);

    /// <summary>Decides on a patch of an object or of its subresource.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="current">The object as last committed.</param>
    /// <param name="type">How to read the patch.</param>
    /// <param name="patch">The patch; paths in it are those of the object, or of the Scale for <c>scale</c>.</param>
    /// <param name="options">Names the subresource.</param>
    /// <param name="context">Time.</param>
    public static WriteDecision Patch(
        ResourceDescriptor resource, KubeObject current, PatchType type, ReadOnlyMemory<byte> patch, WriteOptions options, RuleContext context) =>
        Patching.Decide(resource, current, type, patch.Span, options, context);

    /// <summary>Decides on a server-side apply to an object, to its <c>status</c> or <c>scale</c>, or to one that is not there yet.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="key">The object's key.</param>
    /// <param name="current">The object as last committed; null if there is none, and then the apply creates it.</param>
    /// <param name="config">The configuration, as JSON: the subresource's own kind for <c>scale</c>, else the object's.</param>
    /// <param name="options">Says who applies, and whether by force.</param>
    /// <param name="context">Time and uid.</param>
    public static WriteDecision Apply(
        ResourceDescriptor resource, ObjectKey key, KubeObject? current, ReadOnlyMemory<byte> config, WriteOptions options, RuleContext context) =>
        Applying.Decide(resource, key, current, config.Span, options, context);

    /// <summary>Decides on a deletion: at once, after a grace period, or when the finalizers are gone.</summary>
    public static WriteDecision Delete(
        ResourceDescriptor resource, KubeObject current, DeletionOptions options, RuleContext context) =>
        Deletion.Decide(resource, current, options, context);

    /// <summary>Decides on the eviction of a pod that its budget has let go: a deletion that says in the pod's status what it is.</summary>
    public static WriteDecision Evict(ResourceDescriptor resource, KubeObject current, DeletionOptions options, RuleContext context) =>
        Eviction.Decide(resource, current, options, context);
}
