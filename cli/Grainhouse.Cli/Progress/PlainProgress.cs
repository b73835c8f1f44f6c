namespace Grainhouse.Cli.Progress;

/// <summary>A line for each change: for logs, pipes and people who like them.</summary>
internal sealed class PlainProgress(TextWriter output) : IProgressView
{
    public async Task ShowAsync(IAsyncEnumerable<IReadOnlyList<ProgressRow>> updates)
    {
        var shown = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var rows in updates)
        {
            foreach (var row in rows)
            {
                var line = row.Readiness.Trouble is { } trouble ? $"{row.Readiness.State} ({trouble})" : row.Readiness.State;
                if (shown.GetValueOrDefault(row.Name) != line)
                {
                    shown[row.Name] = line;
                    await output.WriteLineAsync($"{row.Name}: {line}");
                }
            }
        }
    }
}
