using System.Text;
using System.Text.RegularExpressions;

namespace Grainhouse.Acceptance.Tests.Kinds;

/// <summary>Tables as kubectl prints them, without what is another in each run.</summary>
internal static partial class KubectlTable
{
    /// <summary>Cells with a bar between them, ages, times and uids replaced: how wide a column is depends on what stands in it.</summary>
    public static string Normalized(string printed)
    {
        var text = new StringBuilder();
        int[] starts = [];
        foreach (var line in printed.Split('\n'))
        {
            if (line.Length == 0)
            {
                starts = [];
                continue;
            }

            if (starts.Length == 0)
            {
                starts = [.. Heading().Matches(line).Select(match => match.Index)];
                text.Append('\n');
            }

            var cells = starts.Select((start, i) => start >= line.Length ? "" : line[start..(i + 1 < starts.Length ? Math.Min(starts[i + 1], line.Length) : line.Length)].Trim());
            text.Append(string.Join('|', cells.Select(Steady))).Append('\n');
        }

        return text.ToString();
    }

    private static string Steady(string cell) =>
        Age().IsMatch(cell) ? "<age>" : Time().IsMatch(cell) ? "<time>" : Uid().Replace(cell, "<uid>");

    // Headings are words of capitals with single spaces between them.
    [GeneratedRegex(@"\S+(?: \S+)*")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^(?:\d+[smhdy])+$")]
    private static partial Regex Age();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
    private static partial Regex Time();

    [GeneratedRegex(@"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Uid();
}
