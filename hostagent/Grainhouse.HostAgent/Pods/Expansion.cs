using System.Text;

namespace Grainhouse.HostAgent.Pods;

/// <summary>Expands <c>$(VAR)</c> as Kubernetes does: <c>$$</c> is a dollar, and what is not known stays as it is.</summary>
public static class Expansion
{
    /// <summary>The text with the variables' values put in.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables)
    {
        if (!text.Contains('$', StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '$' || at + 1 == text.Length)
            {
                result.Append(text[at]);
                continue;
            }

            var next = text[at + 1];
            var end = next == '(' ? text.IndexOf(')', at + 2) : -1;
            if (next == '$')
            {
                result.Append('$');
                at++;
            }
            else if (end >= 0)
            {
                var name = text[(at + 2)..end];
                result.Append(variables.TryGetValue(name, out var value) ? value : text[at..(end + 1)]);
                at = end;
            }
            else
            {
                result.Append('$');
            }
        }

        return result.ToString();
    }
}
