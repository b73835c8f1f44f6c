namespace Grainhouse.Cli.Progress;

/// <summary>Prints rows as aligned columns, as kubectl does.</summary>
internal static class Columns
{
    private const int Gap = 3;

    public static void Print(TextWriter output, IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows.Max(row => row.Length))
            .Select(column => rows.Max(row => column < row.Length ? row[column].Length : 0)).ToArray();
        foreach (var row in rows)
        {
            output.WriteLine(string.Concat(row.Select((cell, column) => cell.PadRight(widths[column] + Gap))).TrimEnd());
        }
    }
}
