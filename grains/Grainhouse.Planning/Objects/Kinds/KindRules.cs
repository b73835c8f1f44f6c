using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>What one kind adds to what every object has: Kubernetes' strategy, defaults and validation of that kind.</summary>
internal class KindRules
{
    /// <summary>A kind that adds nothing.</summary>
    public static KindRules Plain { get; } = new();

    /// <summary>Whether an update must name the revision that it replaces.</summary>
    public virtual bool NeedsRevision => false;

    /// <summary>Whether the status that a user sends along with a new object is kept.</summary>
    public virtual bool KeepsStatusOnCreate => false;

    /// <summary>Whether a status write may change annotations, as the controllers of some kinds do.</summary>
    public virtual bool StatusWritesAnnotations => false;

    /// <summary>Whether a change of annotations counts as a new generation.</summary>
    public virtual bool AnnotationsRaiseGeneration => false;

    /// <summary>The member that says what is asked for: a change of it is a new generation.</summary>
    public virtual string DesiredPart => "spec";

    /// <summary>Whether dependents can be held back or taken first by a finalizer.</summary>
    public virtual bool Collected => true;

    /// <summary>What a name may look like: a DNS subdomain, if the kind says nothing else.</summary>
    public virtual void ValidateName(FieldPath path, string name, FieldErrors errors) => NameRules.Subdomain(path, name, errors);

    /// <summary>Fills in what the user left out; on every write, before validation.</summary>
    public virtual void Default(JsonObject root)
    {
    }

    /// <summary>Sets what the server decides about a new object, after defaulting.</summary>
    public virtual void PrepareCreate(JsonObject root, ObjectKey key)
    {
    }

    /// <summary>Carries over what an update may leave out, after defaulting.</summary>
    public virtual void PrepareUpdate(JsonObject root, JsonObject old)
    {
    }

    /// <summary>Finds what is wrong with an object.</summary>
    public virtual void Validate(JsonObject root, FieldErrors errors)
    {
    }

    /// <summary>Finds what a new object may not have yet; <see cref="Validate"/> has run.</summary>
    public virtual void ValidateCreate(JsonObject root, FieldErrors errors)
    {
    }

    /// <summary>Finds what an update may not change; <see cref="Validate"/> has run.</summary>
    public virtual void ValidateUpdate(JsonObject root, JsonObject old, FieldErrors errors)
    {
    }

    /// <summary>Seconds of grace that a deletion gives; null for a kind that is deleted at once.</summary>
    public virtual long? GracePeriod(JsonObject root, long? asked) => null;

    /// <summary>The rules of a kind.</summary>
    public static KindRules For(ResourceDescriptor resource) => KindTable.Find(resource.QualifiedName);
}
