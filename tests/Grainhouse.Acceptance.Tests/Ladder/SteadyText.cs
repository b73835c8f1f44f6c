using System.Text;
using System.Text.RegularExpressions;

namespace Grainhouse.Acceptance.Tests.Ladder;

/// <summary>What kubectl prints, without what is another in each run: uids, times, ages, addresses, hashes, revisions, and how wide columns are.</summary>
internal static partial class SteadyText
{
    /// <param name="printed">What was printed.</param>
    /// <param name="node">The name of the cluster's node.</param>
    /// <param name="port">The server's port.</param>
    public static string Of(string printed, string node, int port)
    {
        var text = new StringBuilder();
        foreach (var line in printed.Replace(node, "NODE", StringComparison.Ordinal).Replace($"{port}", "PORT", StringComparison.Ordinal).Split('\n'))
        {
            text.Append(Line(line)).Append('\n');
        }

        return text.ToString().TrimEnd('\n') is { Length: > 0 } rest ? $"{rest}\n" : "";
    }

    private static string Line(string line)
    {
        line = Server().Replace(line, "https://SERVER");
        line = Address().Replace(line, "IP");
        line = Uid().Replace(line, "UID");
        line = Time().Replace(line, "TIME");
        line = Revision().Replace(line, "${name}RV");
        line = Hash().Replace(line, match => match.Groups["own"].Success ? "-HASH-ID" : "-HASH");
        line = TemplateHash().Replace(line, "pod-template-hash${is}HASH");
        if (!Processors().IsMatch(line))
        {
            line = Age().Replace(line, "AGE");
        }

        return Gap().Replace(line, "  ").TrimEnd();
    }

    [GeneratedRegex(@"https://127\.0\.0\.1:PORT")]
    private static partial Regex Server();

    [GeneratedRegex(@"\b\d{1,3}(?:\.\d{1,3}){3}\b")]
    private static partial Regex Address();

    [GeneratedRegex(@"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f])")]
    private static partial Regex Uid();

    // RFC 3339 with or without a fraction, and RFC 1123 as describe has it.
    [GeneratedRegex(@"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?|\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}")]
    private static partial Regex Time();

    [GeneratedRegex("(?<name>resourceVersion\"?: |Resource Version: +)\"?\\d+\"?")]
    private static partial Regex Revision();

    // The alphabet has no vowels, so that no words come out of it.
    [GeneratedRegex(@"-[bcdfghjklmnpqrstvwxz2456789]{8,10}(?<own>-[bcdfghjklmnpqrstvwxz2456789]{5})?\b")]
    private static partial Regex Hash();

    [GeneratedRegex(@"pod-template-hash(?<is>=|: )[bcdfghjklmnpqrstvwxz2456789]{8,10}")]
    private static partial Regex TemplateHash();

    [GeneratedRegex(@"(?<=^|[\s(])(?:\d+(?:ms|[smhdy]))+(?=[\s)]|$)")]
    private static partial Regex Age();

    // 100m of a processor are no minutes.
    [GeneratedRegex(@"\bcpu:?\s+[-\d]")]
    private static partial Regex Processors();

    // Columns are as wide as their widest cell. What a line begins with is its depth, and stays.
    [GeneratedRegex(@"(?<=\S) {2,}")]
    private static partial Regex Gap();
}
