using System.Net;
using System.Text.Json.Nodes;
using Google.Protobuf;

namespace Grainhouse.Gateway.Tests.Discovery;

/// <summary>Reads <c>/openapi/v2</c> as kubectl does: as gnostic's openapi.v2.Document.</summary>
public sealed class OpenApiProtobufTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    private const string Asked = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
    private const string Sent = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    [Theory]
    [InlineData(Asked, Sent)]
    [InlineData(Sent, Sent)]
    [InlineData(Asked + ", application/json", Sent)]
    [InlineData("application/json, " + Asked, "application/json")]
    [InlineData("*/*", "application/json")]
    public async Task Get_Accept_FirstKnownForm(string accept, string contentType)
    {
        using var response = await SendAsync(accept);

        Assert.Equal((HttpStatusCode.OK, contentType), (response.StatusCode, response.Content.Headers.GetValues("Content-Type").Single()));
    }

    [Fact]
    public async Task Get_TagKnown_304()
    {
        using var response = await SendAsync(Asked);
        using var again = await SendAsync(Asked, response.Headers.ETag!.Tag);

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Fact]
    public async Task Get_Document_SwaggerInfoAndAllNames()
    {
        var (_, json, _) = await gateway.GetAsync("/openapi/v2");
        var document = await DocumentAsync();

        Assert.Equal("2.0", Text(document[1].Single()));
        Assert.Equal("Kubernetes", Text(Read(document[2].Single())[1].Single()));
        Assert.Equal(Names(json["paths"]!), Read(document[8].Single())[2].Select(path => Text(Read(path)[1].Single())));
        Assert.Equal(Names(json["definitions"]!), Read(document[9].Single())[1].Select(definition => Text(Read(definition)[1].Single())));
    }

    [Fact]
    public async Task Get_Definition_KindTypeAndProperties()
    {
        var deployment = await SchemaAsync("io.k8s.api.apps.v1.Deployment");
        var spec = await SchemaAsync("io.k8s.api.core.v1.PodSpec");

        Assert.Equal("object", Text(Read(deployment[22].Single())[1].Single()));
        Assert.Equal("""[{"group":"apps","kind":"Deployment","version":"v1"}]""", Extensions(deployment)["x-kubernetes-group-version-kind"]);
        Assert.Equal("#/definitions/io.k8s.api.apps.v1.DeploymentSpec", Text(Property(deployment, "spec")[1].Single()));
        Assert.Contains("containers", spec[19].Select(Text));
        var containers = Property(spec, "containers");
        Assert.Equal("array", Text(Read(containers[22].Single())[1].Single()));
        Assert.Equal("#/definitions/io.k8s.api.core.v1.Container", Text(Read(Read(containers[23].Single())[1].Single())[1].Single()));
        Assert.Equal(("\"name\"", "\"merge\""), (Extensions(containers)["x-kubernetes-patch-merge-key"], Extensions(containers)["x-kubernetes-patch-strategy"]));
        var grace = Property(spec, "terminationGracePeriodSeconds");
        Assert.Equal(("integer", "int64"), (Text(Read(grace[22].Single())[1].Single()), Text(grace[2].Single())));
        var selector = Property(spec, "nodeSelector");
        Assert.Equal("string", Text(Read(Read(Read(selector[21].Single())[1].Single())[22].Single())[1].Single()));
    }

    [Fact]
    public async Task Get_Path_OperationsParametersAndAnswers()
    {
        var paths = Read((await DocumentAsync())[8].Single())[2].Select(Read);
        var item = Read(paths.Single(path => Text(path[1].Single()) == "/apis/apps/v1/namespaces/{namespace}/deployments/{name}")[2].Single());

        Assert.Equal(["namespace", "name"], item[9].Select(parameter => Text(Read(Inside(parameter, 1, 2, 4))[4].Single())));
        var put = Read(item[3].Single());
        Assert.Equal("#/definitions/io.k8s.api.apps.v1.Deployment", Text(Read(Read(Inside(put[8].First(), 1, 1))[5].Single())[1].Single()));
        Assert.Equal("dryRun", Text(Read(Inside(put[8].ElementAt(1), 1, 2, 3))[4].Single()));
        var answer = Read(Inside(put[9].Single(), 1));
        Assert.Equal("200", Text(answer[1].Single()));
        Assert.Equal("#/definitions/io.k8s.api.apps.v1.Deployment", Text(Inside(answer[2].Single(), 1, 2, 1, 1)));
        Assert.Equal("\"put\"", Extensions(put, 13)["x-kubernetes-action"]);
    }

    private async Task<HttpResponseMessage> SendAsync(string accept, string? tag = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v2");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (tag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        }

        return await gateway.Client.SendAsync(request);
    }

    private async Task<ILookup<int, ByteString>> DocumentAsync()
    {
        using var response = await SendAsync(Asked);
        return Read(ByteString.CopyFrom(await response.Content.ReadAsByteArrayAsync()));
    }

    private async Task<ILookup<int, ByteString>> SchemaAsync(string name)
    {
        var definitions = Read((await DocumentAsync())[9].Single())[1].Select(Read);
        return Read(definitions.Single(definition => Text(definition[1].Single()) == name)[2].Single());
    }

    private static ILookup<int, ByteString> Property(ILookup<int, ByteString> schema, string name) =>
        Read(Read(schema[25].Single())[1].Select(Read).Single(property => Text(property[1].Single()) == name)[2].Single());

    private static Dictionary<string, string> Extensions(ILookup<int, ByteString> message, int number = 31) =>
        message[number].Select(Read).ToDictionary(extension => Text(extension[1].Single()), extension => Text(Inside(extension[2].Single(), 2)));

    private static ByteString Inside(ByteString message, params IEnumerable<int> path) =>
        path.Aggregate(message, (outer, number) => Read(outer)[number].Single());

    private static IEnumerable<string> Names(JsonNode map) => map.AsObject().Select(member => member.Key);

    private static string Text(ByteString bytes) => bytes.ToStringUtf8();

    // The fields of a message by number; a truth counts as a field without content.
    private static ILookup<int, ByteString> Read(ByteString message)
    {
        using var input = message.CreateCodedInput();
        var fields = new List<(int Number, ByteString Value)>();
        while (input.ReadTag() is var tag and not 0)
        {
            var value = ByteString.Empty;
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                value = input.ReadBytes();
            }
            else
            {
                input.SkipLastField();
            }

            fields.Add((WireFormat.GetTagFieldNumber(tag), value));
        }

        return fields.ToLookup(field => field.Number, field => field.Value);
    }
}
