using System.Text;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Gateway.Calls;

/// <summary>Reads Warning headers (RFC 9111, section 5.5).</summary>
internal static class Warnings
{
    /// <summary>Their texts.</summary>
    public static IEnumerable<string> Read(IHeaderDictionary headers)
    {
        foreach (var value in headers["Warning"])
        {
            var start = value?.IndexOf('"', StringComparison.Ordinal) ?? -1;
            if (start >= 0)
            {
                yield return Unquote(value.AsSpan(start + 1));
            }
        }
    }

    private static string Unquote(ReadOnlySpan<char> quoted)
    {
        var text = new StringBuilder(quoted.Length);
        for (var i = 0; i < quoted.Length && quoted[i] != '"'; i++)
        {
            if (quoted[i] == '\\' && i + 1 < quoted.Length)
            {
                i++;
            }

            text.Append(quoted[i]);
        }

        return text.ToString();
    }
}
