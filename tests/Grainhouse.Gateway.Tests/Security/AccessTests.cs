using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Grainhouse.Gateway.Tests.Security;

public sealed class AccessTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task Request_WithoutCredentials_401Status()
    {
        using var client = gateway.NewClient();

        var response = await client.GetAsync("/api/v1/pods");
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(("Status", "Unauthorized"), ((string?)body["kind"], (string?)body["reason"]));
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("")]
    public async Task Request_WrongToken_401(string token)
    {
        using var client = gateway.NewClient();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + token);

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/pods")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/version")).StatusCode);
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/livez")]
    [InlineData("/readyz")]
    [InlineData("/readyz/store")]
    [InlineData("/livez/ping")]
    [InlineData("/version")]
    public async Task Health_WithoutCredentials_Ok(string path)
    {
        using var client = gateway.NewClient();

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(path)).StatusCode);
    }

    [Fact]
    public async Task Health_Verbose_NamesEveryCheck()
    {
        Assert.Equal(
            "[+]ping ok\n[+]store ok\n[+]cache ok\n[+]grains ok\nreadyz check passed\n",
            await gateway.Client.GetStringAsync("/readyz?verbose"));
    }

    [Fact]
    public async Task Request_AdminCertificate_IsAdmin()
    {
        using var client = gateway.NewClient(certificate: gateway.Authority.Admin.Certificate);

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/pods")).StatusCode);
    }

    [Fact]
    public async Task Request_NodeCertificate_403InUpstreamsWords()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signed = gateway.Authority.SignNode("n1", new CertificateRequest("CN=n1", key, HashAlgorithmName.SHA256).CreateSigningRequest());
        using var certificate = signed.CopyWithPrivateKey(key);
        using var client = gateway.NewClient(certificate: certificate);

        var response = await client.GetAsync("/apis/apps/v1/namespaces/default/deployments/web");
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal(
            "deployments.apps \"web\" is forbidden: User \"system:node:n1\" cannot get resource \"deployments\" in API group \"apps\" in the namespace \"default\"",
            (string?)body["message"]);
    }

    [Fact]
    public async Task Request_StrangersCertificate_401()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var self = new CertificateRequest("O=system:masters, CN=kubernetes-admin", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var client = gateway.NewClient(certificate: self);

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/pods")).StatusCode);
    }

    [Fact]
    public async Task Review_OfOneself_AllowedAndNamed()
    {
        var (code, access, _) = await gateway.SendAsync(
            HttpMethod.Post, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", """{"spec":{"resourceAttributes":{"verb":"get","resource":"pods"}}}""");
        var (_, rules, _) = await gateway.SendAsync(HttpMethod.Post, "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", """{"spec":{"namespace":"default"}}""");
        var (_, self, _) = await gateway.SendAsync(HttpMethod.Post, "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}");

        Assert.Equal(201, code);
        Assert.True((bool)access["status"]!["allowed"]!);
        Assert.Equal("*", (string?)rules["status"]!["resourceRules"]![0]!["verbs"]![0]);
        Assert.Equal("kubernetes-admin", (string?)self["status"]!["userInfo"]!["username"]);
    }

    [Fact]
    public async Task Impersonation_OfAnybody_MayWhatTheyMay()
    {
        using var client = gateway.NewClient(gateway.Authority.AdminToken);
        client.DefaultRequestHeaders.Add("Impersonate-User", "jane");

        var response = await client.GetAsync("/api/v1/nodes");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("User \\\"jane\\\" cannot list resource \\\"nodes\\\" in API group \\\"\\\" at the cluster scope", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
