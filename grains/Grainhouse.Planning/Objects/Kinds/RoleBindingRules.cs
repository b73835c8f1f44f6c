using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Json;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Role bindings, of a namespace or of the cluster.</summary>
internal sealed class RoleBindingRules(bool namespaced) : KindRules
{
    private const string Group = "rbac.authorization.k8s.io";

    public override void ValidateName(FieldPath path, string name, FieldErrors errors) => NameRules.PathSegment(path, name, errors);

    public override void Default(JsonObject root)
    {
        if (string.IsNullOrEmpty(root.Object("roleRef").Text("apiGroup")))
        {
            root.Child("roleRef")["apiGroup"] = Group;
        }

        foreach (var (_, subject) in root.Items("subjects"))
        {
            if (subject.Text("kind") is "User" or "Group" && string.IsNullOrEmpty(subject.Text("apiGroup")))
            {
                subject["apiGroup"] = Group;
            }
        }
    }

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        var role = root.Child("roleRef");
        var path = FieldPath.Root("roleRef");
        if (role.Text("apiGroup") is { } group && group != Group)
        {
            errors.NotSupported(path.Child("apiGroup"), group, [Group]);
        }

        string[] kinds = namespaced ? ["ClusterRole", "Role"] : ["ClusterRole"];
        if (!kinds.Contains(role.Text("kind")))
        {
            errors.NotSupported(path.Child("kind"), role.Text("kind") ?? "", kinds);
        }

        if (role.Text("name") is not { Length: > 0 } name)
        {
            errors.Required(path.Child("name"));
        }
        else
        {
            NameRules.PathSegment(path.Child("name"), name, errors);
        }

        foreach (var (i, subject) in root.Items("subjects"))
        {
            Subject(subject, FieldPath.Root("subjects").Index(i), errors);
        }
    }

    public override void ValidateUpdate(JsonObject root, JsonObject old, FieldErrors errors)
    {
        if (!JsonTree.Equal(root["roleRef"], old["roleRef"]))
        {
            errors.InvalidRaw(FieldPath.Root("roleRef"), Words(root.Child("roleRef")), "cannot change roleRef");
        }
    }

    private void Subject(JsonObject subject, FieldPath path, FieldErrors errors)
    {
        var name = subject.Text("name") ?? "";
        if (name.Length == 0)
        {
            errors.Required(path.Child("name"));
        }

        var group = subject.Text("apiGroup") ?? "";
        switch (subject.Text("kind"))
        {
            case "ServiceAccount":
                if (name.Length > 0)
                {
                    NameRules.Subdomain(path.Child("name"), name, errors);
                }

                if (group.Length > 0)
                {
                    errors.NotSupported(path.Child("apiGroup"), group, [""]);
                }

                if (!namespaced && string.IsNullOrEmpty(subject.Text("namespace")))
                {
                    errors.Required(path.Child("namespace"));
                }

                break;
            case "User" or "Group":
                if (group != Group)
                {
                    errors.NotSupported(path.Child("apiGroup"), group, [Group]);
                }

                break;
            case var other:
                errors.NotSupported(path.Child("kind"), other ?? "", ["Group", "ServiceAccount", "User"]);
                break;
        }
    }

    private static string Words(JsonObject role) =>
        $"rbac.RoleRef{{APIGroup:{GoWords.Quote(role.Text("apiGroup") ?? "")}, Kind:{GoWords.Quote(role.Text("kind") ?? "")}, Name:{GoWords.Quote(role.Text("name") ?? "")}}}";
}
