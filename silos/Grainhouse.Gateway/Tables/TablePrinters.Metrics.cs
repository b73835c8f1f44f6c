using System.Globalization;
using System.Text.Json;
using Grainhouse.Interfaces.Objects;
using static Grainhouse.Gateway.Tables.TableCell;

namespace Grainhouse.Gateway.Tables;

/// <content>What nodes and pods use: the columns of metrics-server.</content>
internal static partial class TablePrinters
{
    private static TablePrinter NodeMetrics => TablePrinter.Of(
        Name,
        Text("cpu", "", item => item.At("usage", "cpu").Text()),
        Text("memory", "", item => item.At("usage", "memory").Text()),
        Text("Window", "", item => item.At("window").Text()));

    private static TablePrinter PodMetrics => TablePrinter.Of(
        Name,
        Text("cpu", "", item => Sum(item, "cpu", 1e-9m, "n")),
        Text("memory", "", item => Sum(item, "memory", 1024, "Ki")),
        Text("Window", "", item => item.At("window").Text()));

    private static string Sum(JsonElement pod, string resource, decimal unit, string suffix)
    {
        var total = 0m;
        foreach (var container in pod.At("containers").Items())
        {
            total += Quantity.TryParse(container.At("usage", resource).Text(), out var used) ? used.Amount : 0;
        }

        return total == 0 ? "0" : (total / unit).ToString("0", CultureInfo.InvariantCulture) + suffix;
    }
}
