using Grainhouse.Gateway.Protobuf;
using Grainhouse.Interfaces.Objects;
using Microsoft.Extensions.Primitives;

namespace Grainhouse.Gateway.Requests;

/// <summary>What form of an object a client wants.</summary>
internal enum RepresentationKind
{
    /// <summary>The object itself.</summary>
    Object = 0,

    /// <summary>A meta.k8s.io Table.</summary>
    Table = 1,

    /// <summary>meta.k8s.io PartialObjectMetadata.</summary>
    Metadata = 2,
}

/// <summary>How an answer is written.</summary>
internal enum BodyEncoding
{
    /// <summary>application/json.</summary>
    Json = 0,

    /// <summary>application/yaml.</summary>
    Yaml = 1,

    /// <summary>application/vnd.kubernetes.protobuf.</summary>
    Protobuf = 2,
}

/// <summary>The answer's form, negotiated by the Accept header.</summary>
/// <param name="Kind">The form.</param>
/// <param name="Encoding">How it is written.</param>
/// <param name="Version">Of Table and PartialObjectMetadata: v1 or v1beta1.</param>
internal readonly record struct Representation(RepresentationKind Kind, BodyEncoding Encoding, string Version)
{
    // Of two clauses of one quality, the one that names a type goes before one with an asterisk.
    private const int NamedType = 1;

    /// <summary>The object as JSON.</summary>
    public static Representation Json { get; } = new(RepresentationKind.Object, BodyEncoding.Json, "");

    /// <summary>Takes the clause of the greatest quality that can be served, the first of equals; null if there is none (406).</summary>
    /// <param name="accept">The header.</param>
    /// <param name="resource">The kind that is asked for; null for one that has every form.</param>
    public static Representation? Negotiate(StringValues accept, ResourceDescriptor? resource = null)
    {
        if (accept.Count == 0)
        {
            return Json;
        }

        Representation? best = null;
        var bestRank = 0;
        foreach (var header in accept)
        {
            if (string.IsNullOrEmpty(header))
            {
                return best ?? Json;
            }

            var rest = header.AsSpan();
            while (!rest.IsEmpty)
            {
                var comma = rest.IndexOf(',');
                if (Read((comma < 0 ? rest : rest[..comma]).Trim(), resource, out var rank) is { } found && rank > bestRank)
                {
                    (best, bestRank) = (found, rank);
                }

                rest = comma < 0 ? default : rest[(comma + 1)..];
            }
        }

        return best;
    }

    private static Representation? Read(ReadOnlySpan<char> clause, ResourceDescriptor? resource, out int rank)
    {
        var semicolon = clause.IndexOf(';');
        var media = (semicolon < 0 ? clause : clause[..semicolon]).Trim();
        rank = 0;
        if (EncodingOf(media) is not { } encoding)
        {
            return null;
        }

        ReadOnlySpan<char> form = default, group = default, version = default;
        var quality = 1000;
        while (semicolon >= 0)
        {
            clause = clause[(semicolon + 1)..];
            semicolon = clause.IndexOf(';');
            var parameter = (semicolon < 0 ? clause : clause[..semicolon]).Trim();
            var equals = parameter.IndexOf('=');
            if (equals < 0)
            {
                continue;
            }

            var value = parameter[(equals + 1)..].Trim().Trim('"');
            switch (parameter[..equals].TrimEnd())
            {
                case "as":
                    form = value;
                    break;
                case "g":
                    group = value;
                    break;
                case "v":
                    version = value;
                    break;
                case "q" when double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var weight):
                    quality = (int)(Math.Clamp(weight, 0, 1) * 1000);
                    break;
            }
        }

        rank = quality * 2 + (media.Contains('*') ? 0 : NamedType);
        return quality == 0 ? null : Form(form, group, version, encoding, resource);
    }

    private static Representation? Form(ReadOnlySpan<char> form, ReadOnlySpan<char> group, ReadOnlySpan<char> version, BodyEncoding encoding, ResourceDescriptor? resource)
    {
        var protobuf = encoding == BodyEncoding.Protobuf;
        if (form.IsEmpty)
        {
            return protobuf && resource is not null && ProtobufTable.Find(resource.ApiVersion, resource.Kind) is null ? null : new Representation(RepresentationKind.Object, encoding, "");
        }

        if (group is not "meta.k8s.io" || version is not ("v1" or "v1beta1"))
        {
            return null;
        }

        var name = version is "v1" ? "v1" : "v1beta1";
        return form switch
        {
            // Upstream's Table has no protobuf form either.
            "Table" when !protobuf => new Representation(RepresentationKind.Table, encoding, name),
            "PartialObjectMetadata" or "PartialObjectMetadataList" => new Representation(RepresentationKind.Metadata, encoding, name),
            _ => null,
        };
    }

    private static BodyEncoding? EncodingOf(ReadOnlySpan<char> media) =>
        Is(media, "application/json") || Is(media, "*/*") || Is(media, "application/*") ? BodyEncoding.Json
        : Is(media, "application/yaml") ? BodyEncoding.Yaml
        : Is(media, ProtobufBody.MediaType) ? BodyEncoding.Protobuf
        : null;

    private static bool Is(ReadOnlySpan<char> media, ReadOnlySpan<char> name) => media.Equals(name, StringComparison.OrdinalIgnoreCase);
}
