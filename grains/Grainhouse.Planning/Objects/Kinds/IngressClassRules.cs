using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Ingress classes.</summary>
internal sealed class IngressClassRules : KindRules
{
    private const int MostControllerLength = 250;

    public override void Default(JsonObject root) => root.Object("spec").Object("parameters")?.Default("scope", "Cluster");

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        var spec = root.Object("spec");
        var controller = spec.Text("controller") ?? "";
        var path = FieldPath.Spec.Child("controller");
        if (controller.Length > MostControllerLength)
        {
            errors.TooLong(path, MostControllerLength);
        }

        NameRules.DomainPrefixedPath(path, controller, errors);
        if (spec.Object("parameters") is { } parameters)
        {
            Parameters(parameters, FieldPath.Spec.Child("parameters"), errors);
        }
    }

    public override void ValidateUpdate(JsonObject root, JsonObject old, FieldErrors errors) =>
        ChangeRules.Immutable(root.Child("spec"), old.Child("spec"), "controller", FieldPath.Spec, errors);

    private static void Parameters(JsonObject parameters, FieldPath path, FieldErrors errors)
    {
        foreach (var name in (ReadOnlySpan<string>)["kind", "name"])
        {
            if (string.IsNullOrEmpty(parameters.Text(name)))
            {
                errors.Required(path.Child(name), $"{name} is required");
            }
        }

        var space = parameters.Text("namespace");
        switch (parameters.Text("scope"))
        {
            case "Cluster":
                if (space is not null)
                {
                    errors.Forbidden(path.Child("namespace"), "`parameters.scope` is set to 'Cluster'");
                }

                break;
            case "Namespace":
                if (string.IsNullOrEmpty(space))
                {
                    errors.Required(path.Child("namespace"), "`parameters.scope` is set to 'Namespace'");
                }

                break;
            case var other:
                errors.NotSupported(path.Child("scope"), other ?? "", ["Cluster", "Namespace"]);
                break;
        }
    }
}
