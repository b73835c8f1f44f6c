using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grainhouse.Interfaces.Api;
using Grainhouse.Interfaces.Objects;
using Grpc.Core;
using ApiStatusMessage = Grainhouse.Interfaces.Api.Status;

namespace Grainhouse.Gateway.Tests.Calls;

public sealed class ObjectsDoorTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task Get_Object_SameDocumentAsRest()
    {
        var stored = gateway.Cluster.Put("pods/g1/a", PodJson("a"));
        using var calls = new ObjectCalls(gateway);

        var found = await calls.Client.GetAsync(new GetRequest { Object = ObjectCalls.Pod("g1", "a") });

        Assert.Equal(await gateway.Client.GetStringAsync("/api/v1/namespaces/g1/pods/a"), found.Document.ToStringUtf8());
        Assert.Equal(stored.Revision.ToString(), found.ResourceVersion);
        Assert.Equal(ApiObject.TypedOneofCase.None, found.TypedCase);
    }

    [Theory]
    [InlineData(View.Typed, false)]
    [InlineData(View.Both, true)]
    public async Task Get_Typed_FieldsOfTheKind(View view, bool withDocument)
    {
        gateway.Cluster.Put("pods/g2/a", PodJson("a"));
        using var calls = new ObjectCalls(gateway);

        var found = await calls.Client.GetAsync(new GetRequest { Object = ObjectCalls.Pod("g2", "a"), View = view });

        Assert.Equal(withDocument, !found.Document.IsEmpty);
        Assert.Equal(("a", "web", "nginx:1", "Running"), (found.Pod.Metadata.Name, found.Pod.Metadata.Labels["app"], found.Pod.Containers[0].Image, found.Pod.Phase));
        Assert.Equal((80, "100m"), (found.Pod.Containers[0].Ports[0].ContainerPort_, found.Pod.Containers[0].Requests["cpu"]));
        Assert.Equal(("terminated", 3, "Error"), (found.Pod.ContainerStatuses[0].State, found.Pod.ContainerStatuses[0].ExitCode, found.Pod.ContainerStatuses[0].Reason));
    }

    [Fact]
    public async Task Get_TypedKindWithoutMessage_Document()
    {
        gateway.Cluster.Put("configmaps/g2/c", """{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"c","namespace":"g2"}}""");
        using var calls = new ObjectCalls(gateway);

        var found = await calls.Client.GetAsync(new GetRequest { Object = ObjectCalls.Named("v1", "configmaps", "g2", "c"), View = View.Typed });

        Assert.Contains("ConfigMap", found.Document.ToStringUtf8(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_Pages_OneRevisionAndEveryObjectOnce()
    {
        for (var i = 0; i < 5; i++)
        {
            gateway.Cluster.Put($"pods/g3/p{i}", PodJson($"p{i}"));
        }

        using var calls = new ObjectCalls(gateway);
        var request = new ListRequest { Type = ObjectCalls.Pods, Namespace = "g3", Limit = 2, Selection = new Selection { Labels = "app=web" } };
        var names = new List<string>();
        var revisions = new HashSet<string>();
        do
        {
            var page = await calls.Client.ListAsync(request);
            names.AddRange(page.Items.Select(item => (string)JsonNode.Parse(item.Document.Span)!["metadata"]!["name"]!));
            revisions.Add(page.ResourceVersion);
            request.Continue = page.Continue;
        }
        while (request.Continue.Length > 0);

        Assert.Equal(["p0", "p1", "p2", "p3", "p4"], names);
        Assert.Single(revisions);
    }

    [Fact]
    public async Task List_NothingThere_Empty()
    {
        using var calls = new ObjectCalls(gateway);

        Assert.Empty((await calls.Client.ListAsync(new ListRequest { Type = ObjectCalls.Pods, Namespace = "nobody" })).Items);
    }

    [Fact]
    public async Task Create_Document_StoredAndShown()
    {
        using var calls = new ObjectCalls(gateway);

        var made = await calls.Client.CreateAsync(new CreateRequest
        {
            Type = ObjectCalls.Pods, Namespace = "g4", Document = ByteString.CopyFromUtf8(PodJson("made")), View = View.Both,
        });

        Assert.Equal("made", made.Object.Pod.Metadata.Name);
        Assert.NotNull(gateway.Cluster.Get(ObjectKey.Parse("pods/g4/made")));
    }

    [Fact]
    public async Task Create_NameTaken_AlreadyExistsWithTheStatus()
    {
        gateway.Cluster.Put("pods/g5/a", PodJson("a"));
        using var calls = new ObjectCalls(gateway);

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await calls.Client.CreateAsync(
            new CreateRequest { Type = ObjectCalls.Pods, Namespace = "g5", Document = ByteString.CopyFromUtf8(PodJson("a")) }));

        Assert.Equal(StatusCode.AlreadyExists, refused.StatusCode);
        var status = refused.GetRpcStatus()!.GetDetail<ApiStatusMessage>();
        Assert.Equal((409, "AlreadyExists", "a", "pods"), (status.Code, status.Reason, status.Name, status.Kind));
        Assert.Equal(refused.Status.Detail, status.Message);
    }

    [Fact]
    public async Task Write_Warnings_AsTheyAre()
    {
        gateway.Cluster.Intercept = key => key == "pods/g6/a"
            ? new Grainhouse.Interfaces.Grains.ObjectResult { Object = gateway.Cluster.Get(ObjectKey.Parse(key)), Warnings = ["unknown field \"spec.x\"", "a \\ b"] }
            : null;
        gateway.Cluster.Put("pods/g6/a", PodJson("a"));
        using var calls = new ObjectCalls(gateway);

        var written = await calls.Client.PatchAsync(new PatchRequest
        {
            Object = ObjectCalls.Pod("g6", "a"), Type = PatchRequest.Types.Type.Merge, Patch = ByteString.CopyFromUtf8("{}"),
        });

        Assert.Equal(["unknown field \"spec.x\"", "a \\ b"], written.Warnings);
        gateway.Cluster.Intercept = _ => null;
    }

    [Fact]
    public async Task Patch_WithoutType_Refused()
    {
        using var calls = new ObjectCalls(gateway);

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await calls.Client.PatchAsync(
            new PatchRequest { Object = ObjectCalls.Pod("g6", "b"), Patch = ByteString.CopyFromUtf8("{}") }));

        Assert.Equal((StatusCode.InvalidArgument, 415), (refused.StatusCode, refused.GetRpcStatus()!.GetDetail<ApiStatusMessage>().Code));
    }

    [Fact]
    public async Task Delete_Object_GoneThenNotFound()
    {
        gateway.Cluster.Put("configmaps/g7/a", """{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","namespace":"g7"}}""");
        using var calls = new ObjectCalls(gateway);
        var named = ObjectCalls.Named("v1", "configmaps", "g7", "a");

        Assert.Null((await calls.Client.DeleteAsync(new DeleteRequest { Object = named, Propagation = DeleteRequest.Types.Propagation.Foreground })).Object);

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await calls.Client.DeleteAsync(new DeleteRequest { Object = named }));
        Assert.Equal(StatusCode.NotFound, refused.StatusCode);
    }

    [Theory]
    [InlineData("", "name is required")]
    [InlineData("../secrets/x", "may not contain")]
    [InlineData("..", "may not be")]
    [InlineData("a%2Fb", "may not contain")]
    public async Task Get_NameThatIsNoPart_Refused(string name, string words)
    {
        using var calls = new ObjectCalls(gateway);

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await calls.Client.GetAsync(new GetRequest { Object = ObjectCalls.Pod("g8", name) }));

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Contains(words, refused.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1", "nosuch", StatusCode.NotFound)]
    [InlineData("a/b/c", "pods", StatusCode.InvalidArgument)]
    [InlineData("", "pods", StatusCode.InvalidArgument)]
    public async Task List_UnknownKind_Refused(string apiVersion, string resource, StatusCode code)
    {
        using var calls = new ObjectCalls(gateway);

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await calls.Client.ListAsync(
            new ListRequest { Type = new ResourceType { ApiVersion = apiVersion, Resource = resource } }));

        Assert.Equal(code, refused.StatusCode);
    }

    private static string PodJson(string name) =>
        $$$$"""
        {"kind":"Pod","apiVersion":"v1","metadata":{"name":"{{{{name}}}}","labels":{"app":"web"}},"spec":{"containers":[
        {"name":"a","image":"nginx:1","ports":[{"containerPort":80}],"resources":{"requests":{"cpu":"100m"}}}]},
        "status":{"phase":"Running","containerStatuses":[{"name":"a","state":{"terminated":{"exitCode":3,"reason":"Error"}}}]}}
        """;
}
