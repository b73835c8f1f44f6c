using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Namespaces;

/// <summary>Gives a Namespace what every one has, and takes its content away when it is deleted.</summary>
public static class NamespaceReconciler
{
    /// <summary>The ServiceAccount that pods use which name none.</summary>
    public const string DefaultAccountName = "default";

    /// <summary>The ConfigMap by which pods know the cluster's authority.</summary>
    public const string RootAuthorityName = "kube-root-ca.crt";

    private const string AuthorityFile = "ca.crt";

    private const string AuthorityDescription =
        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or "
        + "kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

    /// <summary>Decides what to do now.</summary>
    public static ReconcilePlan Decide(NamespaceInput input) =>
        input.Namespace.Header.DeletionTimestamp is null ? Furnish(input) : NamespaceDeletion.Decide(input);

    private static ReconcilePlan Furnish(NamespaceInput input)
    {
        var @namespace = input.Namespace.Key.Name;
        var actions = ImmutableArray.CreateBuilder<ReconcileAction>(2);
        if (input.DefaultAccount is null)
        {
            var key = ResourceCatalog.ServiceAccounts.Key(@namespace, DefaultAccountName);
            actions.Add(new ReconcileAction.Create(key, Document(ResourceCatalog.ServiceAccounts, key)));
        }

        if (input.RootAuthority is not { } stored)
        {
            var key = ResourceCatalog.ConfigMaps.Key(@namespace, RootAuthorityName);
            var document = Document(ResourceCatalog.ConfigMaps, key);
            document.Child("metadata")["annotations"] = new JsonObject { ["kubernetes.io/description"] = AuthorityDescription };
            document["data"] = new JsonObject { [AuthorityFile] = input.AuthorityPem };
            actions.Add(new ReconcileAction.Create(key, document));
        }
        else if (stored.ToMutable() is var document && document.Object("data").Text(AuthorityFile) != input.AuthorityPem)
        {
            document["data"] = new JsonObject { [AuthorityFile] = input.AuthorityPem };
            actions.Add(new ReconcileAction.Replace(stored.Key, stored.Revision, document));
        }

        return actions.Count == 0 ? ReconcilePlan.Nothing : new ReconcilePlan(actions.ToImmutable());
    }

    private static JsonObject Document(ResourceDescriptor kind, ObjectKey key) => new()
    {
        ["apiVersion"] = kind.ApiVersion,
        ["kind"] = kind.Kind,
        ["metadata"] = new JsonObject { ["name"] = key.Name, ["namespace"] = key.Namespace },
    };
}
