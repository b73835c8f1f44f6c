using System.Net;
using k8s.Authentication;

namespace Grainhouse.Client.Connections;

/// <summary>Asks for a WebSocket over KubernetesClient's own connection and in its caller's name, and keeps the words of a refusal.</summary>
internal sealed class UpgradeHandler(HttpClient client, ServiceClientCredentials? credentials) : HttpMessageHandler
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (credentials is not null)
        {
            await credentials.ProcessHttpRequestAsync(request, cancellationToken);
        }

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode == HttpStatusCode.SwitchingProtocols)
        {
            return response;
        }

        using (response)
        {
            throw ApiException.From((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken), null);
        }
    }
}
