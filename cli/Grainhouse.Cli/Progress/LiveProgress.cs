using Spectre.Console;

namespace Grainhouse.Cli.Progress;

/// <summary>A table that changes in place, for a terminal.</summary>
internal sealed class LiveProgress(IAnsiConsole console) : IProgressView
{
    public Task ShowAsync(IAsyncEnumerable<IReadOnlyList<ProgressRow>> updates) =>
        console.Live(TableOf([])).StartAsync(async live =>
        {
            await foreach (var rows in updates)
            {
                live.UpdateTarget(TableOf(rows));
                live.Refresh();
            }
        });

    private static Table TableOf(IReadOnlyList<ProgressRow> rows)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = false };
        table.AddColumns("", "", "");
        foreach (var row in rows)
        {
            table.AddRow(
                row.Readiness.Ready ? "[green]✓[/]" : row.Readiness.Trouble is null ? "[grey]…[/]" : "[yellow]![/]",
                Markup.Escape(row.Name),
                Markup.Escape(row.Readiness.Trouble is { } trouble ? $"{row.Readiness.State}: {trouble}" : row.Readiness.State));
        }

        return table;
    }
}
