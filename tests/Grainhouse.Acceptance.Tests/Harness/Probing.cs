namespace Grainhouse.Acceptance.Tests.Harness;

/// <summary>Waits for a server to answer.</summary>
internal static class Probing
{
    private static readonly HttpClient Plain = new() { Timeout = TimeSpan.FromSeconds(2) };

    /// <summary>Returns when the API's <c>/readyz</c> says ok and the kubeconfig is written; fails at once when the process ends.</summary>
    public static async Task<TimeSpan> UntilReadyAsync(ChildProcess process, int port, string kubeconfig, TimeSpan bound)
    {
        using var handler = new HttpClientHandler
        {
            // Only asks whether someone is there; the tests themselves check the certificate.
            ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
        };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(2) };
        return await Eventually.TrueAsync(
            () => $"/readyz of '{process.Name}':\n{process.Log}",
            async () =>
            {
                Assert.False(process.HasExited, $"'{process.Name}' ended:\n{process.Log}");
                return File.Exists(kubeconfig) && await AnswersAsync(client, $"https://127.0.0.1:{port}/readyz");
            },
            bound);
    }

    /// <summary>The body that a plain HTTP server answers; null if it does not.</summary>
    public static async Task<string?> GetAsync(string address)
    {
        try
        {
            using var response = await Plain.GetAsync(new Uri(address));
            return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync() : null;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    private static async Task<bool> AnswersAsync(HttpClient client, string address)
    {
        try
        {
            using var response = await client.GetAsync(new Uri(address));
            return response.IsSuccessStatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
