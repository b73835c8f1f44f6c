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

/// <summary>The answer's form, negotiated by the Accept header.</summary>
/// <param name="Kind">The form.</param>
/// <param name="Yaml">Whether it is YAML instead of JSON.</param>
/// <param name="Version">Of Table and PartialObjectMetadata: v1 or v1beta1.</param>
internal readonly record struct Representation(RepresentationKind Kind, bool Yaml, string Version)
{
    /// <summary>The object as JSON.</summary>
    public static Representation Json { get; } = new(RepresentationKind.Object, false, "");

    /// <summary>Takes the first clause that can be served; null if there is none (406).</summary>
    public static Representation? Negotiate(StringValues accept)
    {
        if (accept.Count == 0)
        {
            return Json;
        }

        foreach (var header in accept)
        {
            if (string.IsNullOrEmpty(header))
            {
                return Json;
            }

            var rest = header.AsSpan();
            while (!rest.IsEmpty)
            {
                var comma = rest.IndexOf(',');
                if (Read((comma < 0 ? rest : rest[..comma]).Trim()) is { } found)
                {
                    return found;
                }

                rest = comma < 0 ? default : rest[(comma + 1)..];
            }
        }

        return null;
    }

    private static Representation? Read(ReadOnlySpan<char> clause)
    {
        var semicolon = clause.IndexOf(';');
        var media = (semicolon < 0 ? clause : clause[..semicolon]).Trim();
        var yaml = Is(media, "application/yaml");
        if (!yaml && !Is(media, "application/json") && !Is(media, "*/*") && !Is(media, "application/*"))
        {
            return null;
        }

        ReadOnlySpan<char> form = default, group = default, version = default;
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
            }
        }

        if (form.IsEmpty)
        {
            return new Representation(RepresentationKind.Object, yaml, "");
        }

        if (group is not "meta.k8s.io" || version is not ("v1" or "v1beta1"))
        {
            return null;
        }

        return form switch
        {
            "Table" => new Representation(RepresentationKind.Table, yaml, version.ToString()),
            "PartialObjectMetadata" or "PartialObjectMetadataList" => new Representation(RepresentationKind.Metadata, yaml, version.ToString()),
            _ => null,
        };
    }

    private static bool Is(ReadOnlySpan<char> media, ReadOnlySpan<char> name) => media.Equals(name, StringComparison.OrdinalIgnoreCase);
}
