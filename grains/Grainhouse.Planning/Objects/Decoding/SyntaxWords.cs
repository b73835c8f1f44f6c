using System.Text;
using System.Text.Json;

namespace Grainhouse.Planning.Objects.Decoding;

/// <summary>What is wrong with JSON, as near to the words of Go's json package as a position allows.</summary>
internal static class SyntaxWords
{
    public static string Of(JsonException error, ReadOnlySpan<byte> json)
    {
        var at = Offset(json, error.LineNumber ?? 0, error.BytePositionInLine ?? 0);
        if (at >= json.Length)
        {
            return "unexpected end of JSON input";
        }

        var before = at - 1;
        while (before >= 0 && json[before] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            before--;
        }

        var where = before < 0 ? "looking for beginning of value" : json[before] switch
        {
            (byte)'{' => "looking for beginning of object key string",
            (byte)':' or (byte)'[' => "looking for beginning of value",
            (byte)',' => InObject(json[..before]) ? "looking for beginning of object key string" : "looking for beginning of value",
            _ => InObject(json[..at]) ? "after object key:value pair" : "after array element",
        };
        return $"invalid character '{(char)json[at]}' {where}";
    }

    /// <summary>The first bytes of a body, as upstream's summarizeData shows them.</summary>
    public static string Summary(ReadOnlySpan<byte> body)
    {
        const int Most = 30;
        if (body.Length == 0)
        {
            return "<empty>";
        }

        var head = body[..Math.Min(Most, body.Length)];
        var text = head[0] == '{' ? Encoding.UTF8.GetString(head) : Convert.ToHexStringLower(head);
        return body.Length > Most ? text + " ..." : text;
    }

    private static int Offset(ReadOnlySpan<byte> json, long line, long column)
    {
        var at = 0;
        for (var i = 0L; i < line; i++)
        {
            var next = json[at..].IndexOf((byte)'\n');
            if (next < 0)
            {
                break;
            }

            at += next + 1;
        }

        return (int)Math.Min(at + column, json.Length);
    }

    private static bool InObject(ReadOnlySpan<byte> json)
    {
        var depth = 0;
        var quoted = false;
        for (var i = json.Length - 1; i >= 0; i--)
        {
            switch (json[i])
            {
                case (byte)'"':
                    quoted = !quoted;
                    break;
                case (byte)'}' or (byte)']' when !quoted:
                    depth++;
                    break;
                case (byte)'{' or (byte)'[' when !quoted && depth-- == 0:
                    return json[i] == '{';
            }
        }

        return false;
    }
}
