using System.Text.Json;
using static Grainhouse.Gateway.Tables.TableCell;

namespace Grainhouse.Gateway.Tables;

/// <content>HorizontalPodAutoscalers. After upstream's formatHPAMetrics.</content>
internal static partial class TablePrinters
{
    private const int MostMetrics = 2;

    private static TablePrinter HorizontalPodAutoscalers => TablePrinter.Of(
        Name,
        Text("Reference", "scaleTargetRef points to the target resource to scale.", item => $"{item.At("spec", "scaleTargetRef").At("kind").Text()}/{item.At("spec", "scaleTargetRef").At("name").Text()}"),
        Text("Targets", "metrics contains the specifications for which to use to calculate the desired replica count.", Targets),
        Text("MinPods", "minReplicas is the lower limit for the number of replicas to which the autoscaler can scale down.", item => NumberOrText(item.At("spec", "minReplicas"), "<unset>")),
        NumberAsText("MaxPods", "maxReplicas is the upper limit for the number of replicas to which the autoscaler can scale up.", item => item.At("spec", "maxReplicas").Number()),
        NumberAsText("Replicas", "currentReplicas is current number of replicas of pods managed by this autoscaler.", item => item.At("status", "currentReplicas").Number()),
        Age);

    private static string Targets(JsonElement autoscaler)
    {
        var metrics = autoscaler.At("spec", "metrics");
        if (metrics.Count() == 0)
        {
            return "<none>";
        }

        var current = autoscaler.At("status", "currentMetrics");
        var shown = string.Join(", ", metrics.Items().Take(MostMetrics).Select((metric, i) => Target(metric, i < current.Count() ? current[i] : default)));
        return metrics.Count() > MostMetrics ? $"{shown} + {metrics.Count() - MostMetrics} more..." : shown;
    }

    private static string Target(JsonElement metric, JsonElement status)
    {
        var (member, named) = metric.At("type").Text() switch
        {
            "External" => ("external", false),
            "Pods" => ("pods", false),
            "Object" => ("object", false),
            "Resource" => ("resource", true),
            "ContainerResource" => ("containerResource", true),
            _ => ("", false),
        };
        if (member.Length == 0)
        {
            return "<unknown type>";
        }

        var target = metric.At(member, "target");
        var current = status.At(member, "current");
        var average = target.At("averageValue");
        if (named)
        {
            var name = metric.At(member, "name").Text();
            return average.Exists()
                ? $"{name}: {current.At("averageValue").TextOr("<unknown>")}/{average.Text()}"
                : $"{name}: {Percent(current.At("averageUtilization"), "<unknown>")}/{Percent(target.At("averageUtilization"), "<auto>")}";
        }

        return member == "pods" ? $"{current.At("averageValue").TextOr("<unknown>")}/{average.Text()}"
            : average.Exists() ? $"{current.At("averageValue").TextOr("<unknown>")}/{average.Text()} (avg)"
            : $"{current.At("value").TextOr("<unknown>")}/{target.At("value").Text()}";
    }

    private static string Percent(JsonElement value, string otherwise) => value.Exists() ? $"{value.Number()}%" : otherwise;
}
