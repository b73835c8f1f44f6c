using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Grainhouse.HostAgent.Runtimes;
using k8s.Models;

namespace Grainhouse.HostAgent.Pods;

/// <summary>Reads the registry credentials that a pod names in imagePullSecrets.</summary>
public static class PullSecrets
{
    /// <summary>All credentials of a pod; a secret that is missing or cannot be read gives none, as in Kubernetes.</summary>
    public static ImmutableArray<RegistryCredentials> Of(V1Pod pod, ImmutableDictionary<ConfigName, ConfigData> objects)
    {
        var result = ImmutableArray.CreateBuilder<RegistryCredentials>();
        foreach (var reference in pod.Spec.ImagePullSecrets ?? [])
        {
            var name = new ConfigName(ConfigName.Secrets, pod.Metadata.NamespaceProperty, reference.Name ?? "");
            if (objects.TryGetValue(name, out var secret) && secret.Entries.TryGetValue(".dockerconfigjson", out var document))
            {
                Read(document, result);
            }
        }

        return result.ToImmutable();
    }

    private static void Read(ReadOnlyMemory<byte> document, ImmutableArray<RegistryCredentials>.Builder result)
    {
        try
        {
            using var json = JsonDocument.Parse(document);
            if (!json.RootElement.TryGetProperty("auths", out var auths) || auths.ValueKind != JsonValueKind.Object)
            {
                return;
            }

            foreach (var auth in auths.EnumerateObject())
            {
                var (user, password) = Credentials(auth.Value);
                if (user.Length > 0)
                {
                    result.Add(new RegistryCredentials(auth.Name, user, password));
                }
            }
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            // The pull then fails for want of credentials and says so.
        }
    }

    private static (string User, string Password) Credentials(JsonElement auth)
    {
        if (auth.TryGetProperty("auth", out var joined) && joined.GetString() is { Length: > 0 } encoded)
        {
            var pair = Encoding.UTF8.GetString(Convert.FromBase64String(encoded));
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            return colon < 0 ? ("", "") : (pair[..colon], pair[(colon + 1)..]);
        }

        return (Text(auth, "username"), Text(auth, "password"));
    }

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
