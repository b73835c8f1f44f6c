using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Grainhouse.Gateway.Security;

/// <summary>Writes what kubectl needs to reach the cluster as its administrator.</summary>
public static class Kubeconfig
{
    /// <summary>The name of the cluster, the user and the context in the file.</summary>
    public const string EntryName = "grainhouse";

    /// <summary>Writes a file of its own, with the cluster's authority and the administrator's certificate in it (mode 0600).</summary>
    /// <param name="path">The file, which is replaced.</param>
    /// <param name="authority">The cluster's authority.</param>
    /// <param name="server">As in <c>https://127.0.0.1:6443</c>.</param>
    public static void Write(string path, ClusterAuthority authority, string server) =>
        SecretFile.Write(path, Render(NewDocument(), authority, server));

    /// <summary>Puts the cluster into a file beside what is there already, and makes it the current context.</summary>
    /// <param name="path">The file, which is made if there is none.</param>
    /// <param name="authority">The cluster's authority.</param>
    /// <param name="server">As in <c>https://127.0.0.1:6443</c>.</param>
    /// <exception cref="InvalidDataException">The file is not a kubeconfig; it is left as it is.</exception>
    public static void Merge(string path, ClusterAuthority authority, string server) =>
        SecretFile.Write(path, Render(File.Exists(path) ? Load(path) : NewDocument(), authority, server));

    private static YamlMappingNode NewDocument() => new()
    {
        { "apiVersion", "v1" },
        { "kind", "Config" },
        { "preferences", new YamlMappingNode() },
    };

    private static YamlMappingNode Load(string path)
    {
        var stream = new YamlStream();
        try
        {
            using var reader = new StreamReader(path);
            stream.Load(reader);
        }
        catch (YamlException cause)
        {
            throw new InvalidDataException($"'{path}' is not YAML: {cause.Message}", cause);
        }

        return stream.Documents.Count switch
        {
            0 => NewDocument(),
            1 when stream.Documents[0].RootNode is YamlMappingNode root => root,
            _ => throw new InvalidDataException($"'{path}' is not a kubeconfig: it must be one YAML mapping."),
        };
    }

    private static string Render(YamlMappingNode root, ClusterAuthority authority, string server)
    {
        var admin = authority.Admin;
        Put(root, "clusters", "cluster", new YamlMappingNode
        {
            { "certificate-authority-data", Base64(authority.AuthorityPem) },
            { "server", server },
        });
        Put(root, "users", "user", new YamlMappingNode
        {
            { "client-certificate-data", Base64(admin.CertificatePem) },
            { "client-key-data", Base64(admin.KeyPem) },
        });
        Put(root, "contexts", "context", new YamlMappingNode { { "cluster", EntryName }, { "user", EntryName } });
        root.Children["current-context"] = new YamlScalarNode(EntryName);

        using var writer = new StringWriter();
        new YamlStream(new YamlDocument(root)).Save(writer, assignAnchors: false);
        return writer.ToString().Replace("\n...\n", "\n", StringComparison.Ordinal);
    }

    private static void Put(YamlMappingNode root, string list, string property, YamlMappingNode value)
    {
        if (!root.Children.TryGetValue(list, out var found) || found is not YamlSequenceNode entries)
        {
            entries = [];
            root.Children[list] = entries;
        }

        var entry = new YamlMappingNode { { "name", EntryName }, { property, value } };
        for (var i = 0; i < entries.Children.Count; i++)
        {
            if (entries.Children[i] is YamlMappingNode mapping
                && mapping.Children.TryGetValue("name", out var name)
                && name is YamlScalarNode { Value: EntryName })
            {
                entries.Children[i] = entry;
                return;
            }
        }

        entries.Add(entry);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
