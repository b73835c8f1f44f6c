using System.Buffers;
using System.Text;
using System.Text.Json;
using Grainhouse.Gateway.Responses;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Grainhouse.Gateway.Requests;

/// <summary>Converts a YAML document to JSON.</summary>
/// <remarks>
/// Written against hostile input: depth is bounded, and so is what aliases may unfold to (a few lines of YAML can stand for
/// gigabytes). Keys that are there twice are kept, so that field validation can speak of them.
/// </remarks>
internal static class YamlBody
{
    // As deep as System.Text.Json reads by default; Kubernetes' own kinds need about 20.
    private const int MostDepth = 64;

    /// <summary>Whether a body that may be YAML is JSON, which is YAML too, and costs less to read as what it is.</summary>
    public static bool IsJson(ReadOnlySpan<byte> body) => body.TrimStart(" \t\r\n"u8) is [(byte)'{', ..] && IsWhole(body);

    /// <summary>Converts one document.</summary>
    /// <param name="body">UTF-8 YAML.</param>
    /// <param name="limit">The most bytes that the JSON may have.</param>
    /// <exception cref="RequestRefusedException">400 for what is not one YAML document, 413 for what unfolds beyond the limit.</exception>
    public static byte[] ToJson(ReadOnlyMemory<byte> body, int limit)
    {
        try
        {
            return Convert(body, limit);
        }
        catch (YamlException cause)
        {
            throw Refusals.BadRequest($"error converting YAML to JSON: yaml: line {cause.Start.Line}: {cause.Message}");
        }
        catch (Exception cause) when (cause is InvalidOperationException or ArgumentException)
        {
            // What scanner and parser say where they have lost their way (": " behind a line break within a flow, or a tag that is no URI).
            throw Refusals.BadRequest($"error converting YAML to JSON: yaml: {cause.Message}");
        }
    }

    // YAML's flow mappings begin with a brace too.
    private static bool IsWhole(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static byte[] Convert(ReadOnlyMemory<byte> body, int limit)
    {
        var parser = new Parser(new StringReader(Encoding.UTF8.GetString(body.Span)));
        var buffer = new ArrayBufferWriter<byte>(body.Length + 256);
        using var json = new Utf8JsonWriter(buffer, JsonOutput.Options with { MaxDepth = MostDepth + 1 });
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _))
        {
            throw Refusals.BadRequest("error converting YAML to JSON: the body is empty");
        }

        new Conversion(json, buffer, limit).Run(Events(parser));
        if (!parser.Accept<StreamEnd>(out _))
        {
            throw Refusals.BadRequest("error converting YAML to JSON: the body has more than one document");
        }

        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static IEnumerable<ParsingEvent> Events(Parser parser)
    {
        while (!parser.TryConsume<DocumentEnd>(out _))
        {
            yield return parser.Consume<ParsingEvent>();
        }
    }

    private sealed class Conversion(Utf8JsonWriter json, ArrayBufferWriter<byte> buffer, int limit)
    {
        private readonly Dictionary<AnchorName, List<ParsingEvent>> anchors = [];
        private readonly List<(AnchorName Name, List<ParsingEvent> Events, int Depth)> recording = [];

        // One entry for each open collection: whether it is a mapping, and if so whether a key comes next.
        private readonly Stack<(bool Mapping, bool Key)> open = new();

        public void Run(IEnumerable<ParsingEvent> events)
        {
            foreach (var item in events)
            {
                if (item is AnchorAlias alias)
                {
                    if (!anchors.TryGetValue(alias.Value, out var known))
                    {
                        throw Refusals.BadRequest($"error converting YAML to JSON: yaml: line {item.Start.Line}: unknown anchor '{alias.Value}' referenced");
                    }

                    // A copy of the list is not needed: an anchor's events are complete before they can be referred to.
                    Run(known);
                    continue;
                }

                Record(item);
                Write(item);
                if (json.BytesPending + json.BytesCommitted > limit)
                {
                    throw Refusals.TooLarge(limit);
                }

                // Anchors that nothing was written for must not grow without bound either.
                if (buffer.WrittenCount > limit)
                {
                    throw Refusals.TooLarge(limit);
                }
            }
        }

        private void Record(ParsingEvent item)
        {
            foreach (var record in recording)
            {
                record.Events.Add(item);
            }

            if (item is NodeEvent { Anchor.IsEmpty: false } node)
            {
                if (item is Scalar)
                {
                    anchors[node.Anchor] = [item];
                }
                else
                {
                    recording.Add((node.Anchor, [item], open.Count));
                }
            }
            else if (item is MappingEnd or SequenceEnd && recording.Count > 0 && recording[^1].Depth == open.Count - 1)
            {
                anchors[recording[^1].Name] = recording[^1].Events;
                recording.RemoveAt(recording.Count - 1);
            }
        }

        private void Write(ParsingEvent item)
        {
            switch (item)
            {
                case Scalar scalar when IsKey():
                    if (scalar.Value == "<<" && scalar.Style == ScalarStyle.Plain)
                    {
                        throw Refusals.BadRequest($"error converting YAML to JSON: yaml: line {item.Start.Line}: merge keys are not supported");
                    }

                    json.WritePropertyName(scalar.Value);
                    Flip();
                    break;
                case Scalar scalar:
                    YamlScalar.Write(json, scalar);
                    Flip();
                    break;
                case MappingStart or SequenceStart when IsKey():
                    throw Refusals.BadRequest($"error converting YAML to JSON: yaml: line {item.Start.Line}: a key must be a scalar");
                case MappingStart or SequenceStart when open.Count == MostDepth:
                    throw Refusals.BadRequest($"error converting YAML to JSON: yaml: line {item.Start.Line}: exceeded max depth of {MostDepth}");
                case MappingStart:
                    json.WriteStartObject();
                    open.Push((true, true));
                    break;
                case SequenceStart:
                    json.WriteStartArray();
                    open.Push((false, false));
                    break;
                case MappingEnd when !IsKey():
                    throw Refusals.BadRequest($"error converting YAML to JSON: yaml: line {item.Start.Line}: mapping values are not allowed in this context");
                case MappingEnd:
                    json.WriteEndObject();
                    open.Pop();
                    Flip();
                    break;
                case SequenceEnd:
                    json.WriteEndArray();
                    open.Pop();
                    Flip();
                    break;
            }
        }

        private bool IsKey() => open.TryPeek(out var top) && top is { Mapping: true, Key: true };

        private void Flip()
        {
            if (open.TryPeek(out var top) && top.Mapping)
            {
                open.Pop();
                open.Push((true, !top.Key));
            }
        }
    }
}
