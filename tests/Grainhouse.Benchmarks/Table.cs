using Grainhouse.Benchmarks.Cluster;

namespace Grainhouse.Benchmarks;

/// <summary>What was measured of one cluster, or of two side by side, in as many runs as there were.</summary>
internal sealed class Table
{
    private readonly List<string> lines = [];
    private readonly List<string> clusters = [];
    private readonly Dictionary<(string Line, string Cluster), List<Figure[]>> measured = [];

    /// <summary>Adds what one run has measured, and says it at once, for whoever watches.</summary>
    public void Add(ICluster cluster, string line, params Figure[] figures)
    {
        if (!lines.Contains(line))
        {
            lines.Add(line);
        }

        if (!clusters.Contains(cluster.Name))
        {
            clusters.Add(cluster.Name);
        }

        if (!measured.TryGetValue((line, cluster.Name), out var runs))
        {
            measured[(line, cluster.Name)] = runs = [];
        }

        runs.Add(figures);
        Console.Error.WriteLine($"{cluster.Name}: {line}: {Cell(figures)}");
    }

    /// <summary>Prints the medians of all runs as Markdown; of two clusters also how many times ahead of the second the first is.</summary>
    public void Print()
    {
        var compares = clusters.Count == 2;
        Row(["what", .. clusters, .. compares ? ["times ahead"] : Array.Empty<string>()]);
        Row(Enumerable.Repeat("---", 1 + clusters.Count + (compares ? 1 : 0)));
        foreach (var line in lines)
        {
            var medians = clusters.Select(cluster => Medians(measured[(line, cluster)])).ToArray();
            Row([line, .. medians.Select(Cell), .. compares ? [string.Join(", ", medians[0].Zip(medians[1], TimesAhead))] : Array.Empty<string>()]);
        }
    }

    private static Figure[] Medians(List<Figure[]> runs) =>
        [.. runs[0].Select((first, index) => first with { Value = Median([.. runs.Select(figures => figures[index].Value)]) })];

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values.Length % 2 == 1 ? values[values.Length / 2] : (values[values.Length / 2] + values[(values.Length / 2) - 1]) / 2;
    }

    private static string TimesAhead(Figure ours, Figure theirs) =>
        $"{(ours.MoreIsBetter ? ours.Value / theirs.Value : theirs.Value / ours.Value):0.0}";

    private static string Cell(Figure[] figures) => string.Join(", ", figures.Select(figure => figure.Text(figure.Value)));

    private static void Row(IEnumerable<string> cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");
}
