using System.Security.Cryptography.X509Certificates;
using Grainhouse.Interfaces.Api;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Metadata = Grpc.Core.Metadata;
using Contract = Grainhouse.Interfaces.Api.Objects;

namespace Grainhouse.Gateway.Tests.Calls;

/// <summary>A gRPC client of the gateway; by default with the administrator's token.</summary>
internal sealed class ObjectCalls : IDisposable
{
    private readonly GrpcChannel channel;

    public ObjectCalls(GatewayFixture gateway, X509Certificate2? certificate = null, Metadata? metadata = null)
    {
        channel = GrpcChannel.ForAddress(gateway.Address, new GrpcChannelOptions { HttpHandler = gateway.NewHandler(certificate), DisposeHttpClient = true });
        metadata ??= new Metadata { { "authorization", $"Bearer {gateway.Authority.AdminToken}" } };
        Client = new Contract.ObjectsClient(channel.Intercept(given =>
        {
            foreach (var entry in metadata)
            {
                given.Add(entry);
            }

            return given;
        }));
    }

    public Contract.ObjectsClient Client { get; }

    public static ResourceType Pods => new() { ApiVersion = "v1", Resource = "pods" };

    public static ObjectName Pod(string @namespace, string name) => Named("v1", "pods", @namespace, name);

    public static ObjectName Named(string apiVersion, string resource, string @namespace, string name) =>
        new() { Type = new ResourceType { ApiVersion = apiVersion, Resource = resource }, Namespace = @namespace, Name = name };

    public void Dispose() => channel.Dispose();
}
