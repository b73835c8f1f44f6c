using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Objects.Conversion;

namespace Grainhouse.Planning.Tests.Objects.Kinds;

/// <summary>Versions that are served beside the stored one.</summary>
public sealed class VersionTests
{
    private const string Autoscaler = """
        {"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"x","namespace":"default"},
         "spec":{"scaleTargetRef":{"kind":"Deployment","name":"d","apiVersion":"apps/v1"},"minReplicas":2,"maxReplicas":9,
          "metrics":[
           {"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":60}}},
           {"type":"Resource","resource":{"name":"memory","target":{"type":"AverageValue","averageValue":"1Gi"}}},
           {"type":"ContainerResource","containerResource":{"name":"cpu","container":"c","target":{"type":"Utilization","averageUtilization":30}}},
           {"type":"Pods","pods":{"metric":{"name":"hits","selector":{"matchLabels":{"a":"b"}}},"target":{"type":"AverageValue","averageValue":"10"}}},
           {"type":"Object","object":{"metric":{"name":"queue"},"describedObject":{"kind":"Service","name":"s"},"target":{"type":"Value","value":"5"}}},
           {"type":"External","external":{"metric":{"name":"mails"},"target":{"type":"AverageValue","averageValue":"7"}}}],
          "behavior":{"scaleUp":{"stabilizationWindowSeconds":0,"selectPolicy":"Max","policies":[{"type":"Pods","value":4,"periodSeconds":15}]},
           "scaleDown":{"selectPolicy":"Min","policies":[{"type":"Percent","value":100,"periodSeconds":15}]}}},
         "status":{"currentReplicas":3,"desiredReplicas":4,
          "currentMetrics":[
           {"type":"Resource","resource":{"name":"cpu","current":{"averageUtilization":55,"averageValue":"300m"}}},
           {"type":"Pods","pods":{"metric":{"name":"hits"},"current":{"averageValue":"9"}}}],
          "conditions":[{"type":"AbleToScale","status":"True","reason":"ReadyForNewScale"}]}}
        """;

    private const string Event = """
        {"apiVersion":"v1","kind":"Event","metadata":{"name":"x","namespace":"default"},"involvedObject":{"kind":"Pod","name":"p","namespace":"default"},
         "reason":"Pulled","message":"words","type":"Normal","count":3,"source":{"component":"kubelet","host":"n"},
         "firstTimestamp":"2026-01-02T03:04:05Z","lastTimestamp":"2026-01-02T03:05:05Z","reportingComponent":"kubelet","reportingInstance":"n",
         "related":{"kind":"Node","name":"n"},"action":"Pull","eventTime":"2026-01-02T03:04:05.000000Z","series":{"count":2,"lastObservedTime":"2026-01-02T03:05:05.000000Z"}}
        """;

    [Theory]
    [InlineData("autoscaling/v1", "HorizontalPodAutoscaler", Autoscaler)]
    [InlineData("events.k8s.io/v1", "Event", Event)]
    [InlineData("batch/v1beta1", "CronJob", """{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"x"},"spec":{"schedule":"@hourly"}}""")]
    [InlineData("policy/v1beta1", "PodDisruptionBudget", """{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"x"},"spec":{"selector":{}}}""")]
    [InlineData("policy/v1beta1", "PodDisruptionBudget", """{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"x"},"spec":{"minAvailable":1}}""")]
    public void Convert_ThereAndBack_LosesNothing(string apiVersion, string kind, string stored)
    {
        var served = ResourceCatalog.FindKind(apiVersion, kind)!;
        var document = JsonNode.Parse(stored)!.AsObject();

        VersionConversion.ToServed(served, document);
        var shown = document.DeepClone();
        VersionConversion.ToStored(served, document);

        Assert.Equal(apiVersion, (string?)shown["apiVersion"]);
        Rules.AssertJson(stored, document);
    }

    [Fact]
    public void Show_AutoscalerV1_StatusCountsReplicasWhereV2LeavesThemOut()
    {
        var document = JsonNode.Parse(Autoscaler)!.AsObject();
        document["status"] = new JsonObject { ["desiredReplicas"] = 0 };
        var stored = KubeObject.From(ResourceCatalog.HorizontalPodAutoscalers.Key("default", "x"), 7, document);

        var shown = VersionConversion.Show(ResourceCatalog.HorizontalPodAutoscalersV1, stored);

        Assert.Equal(0, (int)shown.ToMutable()["status"]!["currentReplicas"]!);
    }

    [Fact]
    public void Show_AutoscalerV1_HasOneTargetAndTheRestInAnnotations()
    {
        var stored = KubeObject.From(ResourceCatalog.HorizontalPodAutoscalers.Key("default", "x"), 7, JsonNode.Parse(Autoscaler)!.AsObject());

        var shown = VersionConversion.Show(ResourceCatalog.HorizontalPodAutoscalersV1, stored);

        var document = shown.ToMutable();
        var annotations = document["metadata"]!["annotations"]!;
        Assert.Equal((60, 7L), ((int)document["spec"]!["targetCPUUtilizationPercentage"]!, shown.Revision));
        Assert.Null(document["spec"]!["metrics"]);
        Assert.Equal(55, (int)document["status"]!["currentCPUUtilizationPercentage"]!);
        Rules.AssertJson(
            "{'type':'Resource','resource':{'name':'memory','targetAverageValue':'1Gi'}}",
            JsonNode.Parse((string)annotations["autoscaling.alpha.kubernetes.io/metrics"]!)![0]);
        Assert.Equal(0, (int)JsonNode.Parse((string)annotations["autoscaling.alpha.kubernetes.io/behavior"]!)!["ScaleUp"]!["StabilizationWindowSeconds"]!);
    }

    [Fact]
    public void Show_EventV1_HasItsOwnNames()
    {
        var stored = KubeObject.From(ResourceCatalog.Events.Key("default", "x"), 7, JsonNode.Parse(Event)!.AsObject());

        var document = VersionConversion.Show(ResourceCatalog.EventsV1, stored).ToMutable();

        Assert.Equal(("words", "p", 3), ((string?)document["note"], (string?)document["regarding"]!["name"], (int)document["deprecatedCount"]!));
        Assert.Null(document["message"]);
    }

    [Fact]
    public void CreateAndPatch_AutoscalerV1_IsStoredAsV2()
    {
        var v1 = new WriteOptions { Version = "autoscaling/v1", FieldValidation = FieldValidation.Strict };
        var created = Rules.Create(
            ResourceCatalog.HorizontalPodAutoscalers,
            "{'apiVersion':'autoscaling/v1','kind':'HorizontalPodAutoscaler','metadata':{'name':'x'},'spec':{'scaleTargetRef':{'kind':'D','name':'d'},'maxReplicas':3,'targetCPUUtilizationPercentage':70}}",
            v1).Committed().WithRevision(10);

        var patched = Rules.Patch(ResourceCatalog.HorizontalPodAutoscalers, created, PatchType.StrategicMerge, "{'spec':{'targetCPUUtilizationPercentage':50}}", v1).Document();
        var wrong = Rules.Patch(ResourceCatalog.HorizontalPodAutoscalers, created, PatchType.Merge, "{'spec':{'metrics':[]}}", v1).Rejected();

        Assert.Equal("autoscaling/v2", created.Header.ApiVersion);
        Rules.AssertJson("[{'type':'Resource','resource':{'name':'cpu','target':{'type':'Utilization','averageUtilization':50}}}]", patched["spec"]!["metrics"]);
        Assert.Contains("unknown field \"spec.metrics\"", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Patch_EventV1_ChangesTheStoredEvent()
    {
        var current = Rules.Created(ResourceCatalog.Events, Event.Replace('"', '\''));

        var patched = Rules.Patch(
            ResourceCatalog.Events, current, PatchType.StrategicMerge, "{'note':'other','series':{'count':5}}", new WriteOptions { Version = "events.k8s.io/v1" }).Document();

        Assert.Equal(("v1", "other", 5), ((string?)patched["apiVersion"], (string?)patched["message"], (int)patched["series"]!["count"]!));
    }

    [Theory]
    [InlineData("regarding.kind=Pod", true)]
    [InlineData("reportingController=kubelet", true)]
    [InlineData("regarding.name=other", false)]
    public void FieldSelector_EventV1_ReadsTheStoredEvent(string text, bool expected)
    {
        var stored = KubeObject.From(ResourceCatalog.Events.Key("default", "x"), 7, JsonNode.Parse(Event)!.AsObject());

        Assert.True(FieldSelector.TryParse(ResourceCatalog.EventsV1, text, out var selector, out var error), error);
        Assert.Equal(expected, selector.Matches(stored));
        Assert.False(FieldSelector.TryParse(ResourceCatalog.EventsV1, "involvedObject.kind=Pod", out _, out _));
    }
}
