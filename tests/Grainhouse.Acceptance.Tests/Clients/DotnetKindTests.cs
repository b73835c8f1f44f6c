using System.Net;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Acceptance.Tests.Kinds;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Grainhouse.Acceptance.Tests.Clients;

/// <summary>KubernetesClient for .NET on every kind, by its models and the methods that it has for each.</summary>
[Collection(SharedProcessCluster.Name)]
public sealed class DotnetKindTests(ProcessCluster shared) : IAsyncLifetime, IDisposable
{
    private readonly Kubernetes client = new(KubernetesClientConfiguration.BuildConfigFromConfigFile(shared.Cluster.Kubeconfig));

    public Task InitializeAsync() => VariedManifests.EnsureSpaceAsync(shared.Cluster);

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => client.Dispose();

    [RealFact(Needs.Nothing)]
    public async Task Kinds_ByModels_AreMadeReadReplacedPatchedListedAndDeleted()
    {
        var faults = new List<string>();
        var tried = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(VariedManifests.Folder, "*.yaml").Order())
        {
            foreach (var document in (await File.ReadAllTextAsync(file)).Split("\n---\n"))
            {
                if (HasNoModel(document))
                {
                    continue;
                }

                var item = (IKubernetesObject<V1ObjectMeta>)KubernetesYaml.LoadAllFromString(document)[0];
                tried.Add($"{item.ApiVersion} {item.Kind}");
                try
                {
                    await TryAsync(new Model(client, item));
                }
                catch (Exception fault) when (fault is HttpOperationException or Xunit.Sdk.XunitException or JsonException)
                {
                    faults.Add($"{item.ApiVersion} {item.Kind} {item.Metadata.Name}: {(fault as HttpOperationException)?.Response.Content ?? fault.Message}");
                }
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
        Assert.InRange(tried.Count, 40, int.MaxValue);
    }

    // What the client is too new to have.
    private static bool HasNoModel(string document) => document.Contains("apiVersion: batch/v1beta1\n", StringComparison.Ordinal) || document.Contains("apiVersion: policy/v1beta1\n", StringComparison.Ordinal);

    private static async Task TryAsync(Model model)
    {
        var made = await model.CallAsync("Create", ("body", model.Item));
        Assert.NotEmpty(made.Metadata.Uid);
        await ReplaceAsync(model);

        await PatchAsync(model, V1Patch.PatchType.MergePatch, Annotated("merge"));
        await PatchAsync(model, V1Patch.PatchType.StrategicMergePatch, Annotated("strategic"));
        await PatchAsync(model, V1Patch.PatchType.JsonPatch, """[{"op":"add","path":"/metadata/annotations/json","value":"yes"}]""");
        var apply = JsonNode.Parse(Annotated("apply"))!;
        (apply["apiVersion"], apply["kind"], apply["metadata"]!["name"]) = (model.Item.ApiVersion, model.Item.Kind, model.Item.Metadata.Name);
        var applied = await PatchAsync(model, V1Patch.PatchType.ApplyPatch, apply.ToJsonString(), ("fieldManager", "dotnet"), ("force", true));

        Assert.Equal(["apply", "json", "merge", "replaced", "strategic"], applied.Metadata.Annotations.Where(pair => pair.Value == "yes").Select(pair => pair.Key).Order());
        Assert.Contains(applied.Metadata.ManagedFields, entry => entry is { Manager: "dotnet", Operation: "Apply" });
        Assert.Contains(model.Item.Metadata.Name, await model.ListAsync());
        await model.CallAsync("Delete", ("gracePeriodSeconds", 0));
    }

    // Another writer may come between the read and the write, as on every cluster.
    private static async Task ReplaceAsync(Model model)
    {
        for (var attempt = 0; ; attempt++)
        {
            var found = await model.CallAsync("Read");
            (found.Metadata.Annotations ??= new Dictionary<string, string>())["replaced"] = "yes";
            try
            {
                Assert.Equal("yes", (await model.CallAsync("Replace", ("body", found))).Metadata.Annotations["replaced"]);
                return;
            }
            catch (HttpOperationException conflict) when (conflict.Response.StatusCode == HttpStatusCode.Conflict && attempt < 10)
            {
                await Task.Delay(20);
            }
        }
    }

    private static Task<IKubernetesObject<V1ObjectMeta>> PatchAsync(Model model, V1Patch.PatchType type, string patch, params (string, object)[] more) =>
        model.CallAsync("Patch", [("body", new V1Patch(patch, type)), .. more]);

    private static string Annotated(string name) => new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [name] = "yes" } } }.ToJsonString();

    /// <summary>An object, and the client's methods for its kind: CoreV1's CreateNamespacedPodAsync, RbacAuthorizationV1's CreateClusterRoleAsync.</summary>
    private sealed class Model
    {
        private readonly object api;
        private readonly Type methods;
        private readonly bool isNamespaced;

        public Model(Kubernetes client, IKubernetesObject<V1ObjectMeta> item)
        {
            Item = item;
            var parts = item.ApiVersion.Split('/');
            var group = parts.Length == 1 ? "core" : parts[0].Replace(".k8s.io", "", StringComparison.Ordinal);
            var name = string.Concat(group.Split('.').Append(parts[^1]).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
            api = typeof(IKubernetes).GetInterfaces().Append(typeof(IKubernetes)).SelectMany(type => type.GetProperties()).First(property => property.Name == name).GetValue(client)!;
            methods = typeof(Kubernetes).Assembly.GetType($"k8s.{name}OperationsExtensions", throwOnError: true)!;
            isNamespaced = Find("Create", "Namespaced") is not null;
            if (isNamespaced)
            {
                item.Metadata.NamespaceProperty ??= VariedManifests.Space;
            }
        }

        public IKubernetesObject<V1ObjectMeta> Item { get; }

        /// <summary>Calls a method; answers that are no object of the kind, as a Status, are as good as the object itself.</summary>
        public async Task<IKubernetesObject<V1ObjectMeta>> CallAsync(string verb, params (string Name, object Value)[] arguments) =>
            await AnswerAsync(verb, [.. arguments, ("name", Item.Metadata.Name)]) as IKubernetesObject<V1ObjectMeta> ?? Item;

        public async Task<IEnumerable<string>> ListAsync()
        {
            dynamic list = await AnswerAsync("List", []);
            return ((IEnumerable<IKubernetesObject<V1ObjectMeta>>)list.Items).Select(item => item.Metadata.Name);
        }

        private async Task<object> AnswerAsync(string verb, (string Name, object Value)[] arguments)
        {
            var method = Find(verb, isNamespaced ? "Namespaced" : "")!;
            var given = arguments.Append(("namespaceParameter", Item.Metadata.NamespaceProperty)).ToDictionary(pair => pair.Item1, pair => (object?)pair.Item2, StringComparer.Ordinal);
            var values = method.GetParameters().Select((parameter, place) =>
                place == 0 ? api : given.TryGetValue(parameter.Name!, out var value) ? value : parameter.DefaultValue is DBNull ? null : parameter.DefaultValue);
            var task = (Task)method.Invoke(null, [.. values])!;
            await task;
            return ((dynamic)task).Result;
        }

        private MethodInfo? Find(string verb, string scope) => methods.GetMethods()
            .FirstOrDefault(method => method.Name == $"{verb}{scope}{Item.Kind}Async" && !method.IsGenericMethod);
    }
}
