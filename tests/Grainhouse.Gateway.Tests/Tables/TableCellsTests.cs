using System.Buffers;
using System.Text;
using System.Text.Json;
using Grainhouse.Gateway.Responses;
using Grainhouse.Gateway.Tables;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Tests.Tables;

public sealed class TableCellsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private const string Born = "\"name\":\"x\",\"creationTimestamp\":\"2026-01-01T11:55:00Z\"";

    [Theory]
    [InlineData("{}", "{\"phase\":\"Pending\"}", "0/1 Pending 0")]
    [InlineData("{}", "{\"phase\":\"Running\",\"containerStatuses\":[{\"name\":\"a\",\"ready\":true,\"restartCount\":0,\"state\":{\"running\":{}}}]}", "1/1 Running 0")]
    [InlineData("{}", "{\"phase\":\"Running\",\"containerStatuses\":[{\"name\":\"a\",\"ready\":true,\"restartCount\":1,\"state\":{\"running\":{}},\"lastState\":{\"terminated\":{\"finishedAt\":\"2026-01-01T11:59:55Z\"}}}]}", "1/1 Running 1 (5s ago)")]
    [InlineData("{}", "{\"phase\":\"Pending\",\"containerStatuses\":[{\"name\":\"a\",\"restartCount\":0,\"state\":{\"waiting\":{\"reason\":\"ContainerCreating\"}}}]}", "0/1 ContainerCreating 0")]
    [InlineData("{}", "{\"phase\":\"Running\",\"containerStatuses\":[{\"name\":\"a\",\"restartCount\":3,\"state\":{\"waiting\":{\"reason\":\"CrashLoopBackOff\"}}}]}", "0/1 CrashLoopBackOff 3")]
    [InlineData("{}", "{\"phase\":\"Failed\",\"containerStatuses\":[{\"name\":\"a\",\"restartCount\":0,\"state\":{\"terminated\":{\"exitCode\":3}}}]}", "0/1 ExitCode:3 0")]
    [InlineData("{}", "{\"phase\":\"Failed\",\"containerStatuses\":[{\"name\":\"a\",\"restartCount\":0,\"state\":{\"terminated\":{\"exitCode\":137,\"signal\":9}}}]}", "0/1 Signal:9 0")]
    [InlineData("{}", "{\"phase\":\"Succeeded\",\"containerStatuses\":[{\"name\":\"a\",\"restartCount\":0,\"state\":{\"terminated\":{\"exitCode\":0,\"reason\":\"Completed\"}}}]}", "0/1 Completed 0")]
    [InlineData("{}", "{\"phase\":\"Failed\",\"reason\":\"Evicted\"}", "0/1 Evicted 0")]
    [InlineData("{\"initContainers\":[{\"name\":\"i\"},{\"name\":\"j\"}]}", "{\"phase\":\"Pending\",\"initContainerStatuses\":[{\"name\":\"i\",\"restartCount\":0,\"state\":{\"terminated\":{\"exitCode\":0}}},{\"name\":\"j\",\"restartCount\":0,\"state\":{\"running\":{}}}]}", "0/1 Init:1/2 0")]
    [InlineData("{\"initContainers\":[{\"name\":\"i\"}]}", "{\"phase\":\"Pending\",\"initContainerStatuses\":[{\"name\":\"i\",\"restartCount\":2,\"state\":{\"terminated\":{\"exitCode\":1,\"reason\":\"Error\"}}}]}", "0/1 Init:Error 2")]
    [InlineData("{\"initContainers\":[{\"name\":\"i\",\"restartPolicy\":\"Always\"}]}", "{\"phase\":\"Running\",\"initContainerStatuses\":[{\"name\":\"i\",\"started\":true,\"ready\":true,\"restartCount\":0,\"state\":{\"running\":{}}}],\"containerStatuses\":[{\"name\":\"a\",\"ready\":true,\"restartCount\":0,\"state\":{\"running\":{}}}]}", "2/2 Running 0")]
    public void Pods_Status_AsKubectlShowsIt(string moreSpec, string status, string expected)
    {
        var spec = moreSpec.Length == 2 ? "{\"containers\":[{\"name\":\"a\"}]}" : "{\"containers\":[{\"name\":\"a\"}]," + moreSpec[1..];

        var cells = Cells("pods", $"{{\"metadata\":{{{Born}}},\"spec\":{spec},\"status\":{status}}}");

        Assert.Equal(expected, $"{cells[1]} {cells[2]} {cells[3]}");
        Assert.Equal("5m", cells[4]);
    }

    [Fact]
    public void Pods_Deleted_Terminating()
    {
        var cells = Cells("pods", $"{{\"metadata\":{{{Born},\"deletionTimestamp\":\"2026-01-01T11:59:00Z\"}},\"spec\":{{\"containers\":[{{}}]}},\"status\":{{\"phase\":\"Running\"}}}}");

        Assert.Equal("Terminating", cells[2]);
    }

    [Theory]
    [InlineData("deployments.apps", "\"spec\":{\"replicas\":3,\"selector\":{\"matchLabels\":{\"b\":\"2\",\"a\":\"1\"}},\"template\":{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i:1\"},{\"name\":\"d\",\"image\":\"j\"}]}}},\"status\":{\"readyReplicas\":2,\"updatedReplicas\":3,\"availableReplicas\":1}", "x|2/3|3|1|5m|c,d|i:1,j|a=1,b=2")]
    [InlineData("replicasets.apps", "\"spec\":{\"replicas\":3,\"selector\":{\"matchExpressions\":[{\"key\":\"k\",\"operator\":\"In\",\"values\":[\"b\",\"a\"]}]}},\"status\":{\"replicas\":2,\"readyReplicas\":1}", "x|3|2|1|5m|||k in (a,b)")]
    [InlineData("services", "\"spec\":{\"type\":\"ClusterIP\",\"clusterIP\":\"10.0.0.1\",\"ports\":[{\"port\":80,\"protocol\":\"TCP\"},{\"port\":53,\"protocol\":\"UDP\"}],\"selector\":{\"app\":\"web\"}}", "x|ClusterIP|10.0.0.1|<none>|80/TCP,53/UDP|5m|app=web")]
    [InlineData("services", "\"spec\":{\"type\":\"NodePort\",\"clusterIPs\":[\"10.0.0.1\"],\"externalIPs\":[\"1.2.3.4\"],\"ports\":[{\"port\":80,\"nodePort\":30080,\"protocol\":\"TCP\"}]}", "x|NodePort|10.0.0.1|1.2.3.4|80:30080/TCP|5m|<none>")]
    [InlineData("services", "\"spec\":{\"type\":\"LoadBalancer\",\"clusterIP\":\"10.0.0.1\"}", "x|LoadBalancer|10.0.0.1|<pending>|<none>|5m|<none>")]
    [InlineData("services", "\"spec\":{\"type\":\"ExternalName\",\"externalName\":\"db.example\"}", "x|ExternalName|<none>|db.example|<none>|5m|<none>")]
    [InlineData("endpoints", "\"subsets\":[{\"addresses\":[{\"ip\":\"1.1.1.1\"},{\"ip\":\"1.1.1.2\"}],\"ports\":[{\"port\":80},{\"port\":81}]}]", "x|1.1.1.1:80,1.1.1.2:80,1.1.1.1:81 + 1 more...|5m")]
    [InlineData("endpoints", "\"subsets\":[]", "x|<none>|5m")]
    [InlineData("endpointslices.discovery.k8s.io", "\"addressType\":\"IPv4\",\"ports\":[{\"port\":80}],\"endpoints\":[{\"addresses\":[\"1.1.1.1\"]},{\"addresses\":[\"1.1.1.2\"]}]", "x|IPv4|80|1.1.1.1,1.1.1.2|5m")]
    [InlineData("endpointslices.discovery.k8s.io", "\"addressType\":\"IPv4\"", "x|IPv4|<unset>|<unset>|5m")]
    [InlineData("nodes", "\"spec\":{\"unschedulable\":true},\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}],\"addresses\":[{\"type\":\"InternalIP\",\"address\":\"10.1.1.1\"}],\"nodeInfo\":{\"kubeletVersion\":\"v1\",\"osImage\":\"Linux\",\"kernelVersion\":\"6\"}}", "x|Ready,SchedulingDisabled|<none>|5m|v1|10.1.1.1|<none>|Linux|6|<unknown>")]
    [InlineData("namespaces", "\"status\":{\"phase\":\"Active\"}", "x|Active|5m")]
    [InlineData("configmaps", "\"data\":{\"a\":\"b\"},\"binaryData\":{\"c\":\"\"}", "x|2|5m")]
    [InlineData("secrets", "\"type\":\"Opaque\",\"data\":{\"a\":\"b\"}", "x|Opaque|1|5m")]
    [InlineData("serviceaccounts", "\"secrets\":[]", "x|0|5m")]
    [InlineData("leases.coordination.k8s.io", "\"spec\":{\"holderIdentity\":\"me\"}", "x|me|5m")]
    [InlineData("events", "\"involvedObject\":{\"kind\":\"Pod\",\"name\":\"p\",\"fieldPath\":\"spec.containers{a}\"},\"type\":\"Normal\",\"reason\":\"Pulled\",\"message\":\"ok\\n\",\"source\":{\"component\":\"kubelet\",\"host\":\"n\"},\"firstTimestamp\":\"2026-01-01T11:00:00Z\",\"lastTimestamp\":\"2026-01-01T11:59:30Z\",\"count\":4", "30s|Normal|Pulled|pod/p|spec.containers{a}|kubelet, n|ok|60m|4|x")]
    [InlineData("statefulsets.apps", "\"spec\":{\"replicas\":3},\"status\":{\"readyReplicas\":2}", "x|2/3|5m||")]
    [InlineData("daemonsets.apps", "\"spec\":{\"selector\":{\"matchLabels\":{\"a\":\"b\"}},\"template\":{\"spec\":{\"nodeSelector\":{\"d\":\"1\",\"c\":\"2\"},\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}},\"status\":{\"desiredNumberScheduled\":5,\"currentNumberScheduled\":4,\"numberReady\":3,\"updatedNumberScheduled\":2,\"numberAvailable\":1}", "x|5|4|3|2|1|c=2,d=1|5m|c|i|a=b")]
    [InlineData("jobs.batch", "\"spec\":{\"completions\":3,\"parallelism\":2},\"status\":{\"succeeded\":3,\"startTime\":\"2026-01-01T11:56:00Z\",\"completionTime\":\"2026-01-01T11:56:40Z\",\"conditions\":[{\"type\":\"Complete\",\"status\":\"True\"}]}", "x|Complete|3/3|40s|5m|||<none>")]
    [InlineData("jobs.batch", "\"spec\":{\"parallelism\":4},\"status\":{\"startTime\":\"2026-01-01T11:59:30Z\",\"conditions\":[{\"type\":\"Suspended\",\"status\":\"True\"}]}", "x|Suspended|0/1 of 4|30s|5m|||<none>")]
    [InlineData("jobs.batch", "\"spec\":{\"completions\":1},\"status\":{\"conditions\":[{\"type\":\"Complete\",\"status\":\"False\"},{\"type\":\"Failed\",\"status\":\"True\"}]}", "x|Failed|0/1||5m|||<none>")]
    [InlineData("cronjobs.batch", "\"spec\":{\"schedule\":\"@daily\"},\"status\":{\"active\":[{},{}],\"lastScheduleTime\":\"2026-01-01T11:59:30Z\"}", "x|@daily|<none>|<unset>|2|30s|5m|||<none>")]
    [InlineData("horizontalpodautoscalers.autoscaling", "\"spec\":{\"scaleTargetRef\":{\"kind\":\"Deployment\",\"name\":\"d\"},\"maxReplicas\":5,\"metrics\":[{\"type\":\"Pods\",\"pods\":{\"target\":{\"averageValue\":\"10\"}}},{\"type\":\"Object\",\"object\":{\"target\":{\"averageValue\":\"7\"}}}]},\"status\":{\"currentReplicas\":2,\"currentMetrics\":[{\"type\":\"Pods\",\"pods\":{\"current\":{\"averageValue\":\"9\"}}}]}", "x|Deployment/d|9/10, <unknown>/7 (avg)|<unset>|5|2|5m")]
    [InlineData("horizontalpodautoscalers.autoscaling", "\"spec\":{\"scaleTargetRef\":{\"kind\":\"Deployment\",\"name\":\"d\"},\"minReplicas\":1,\"maxReplicas\":5,\"metrics\":[{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"target\":{\"averageUtilization\":80}}}]},\"status\":{\"currentMetrics\":[{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"current\":{\"averageUtilization\":12}}}]}", "x|Deployment/d|cpu: 12%/80%|1|5|0|5m")]
    [InlineData("poddisruptionbudgets.policy", "\"spec\":{\"minAvailable\":2,\"maxUnavailable\":\"30%\"},\"status\":{\"disruptionsAllowed\":1}", "x|2|30%|1|5m")]
    [InlineData("controllerrevisions.apps", "\"revision\":4", "x|<none>|4|5m")]
    [InlineData("persistentvolumes", "\"spec\":{\"capacity\":{\"storage\":\"5Gi\"},\"accessModes\":[\"ReadOnlyMany\",\"ReadWriteOnce\"],\"persistentVolumeReclaimPolicy\":\"Delete\",\"claimRef\":{\"namespace\":\"n\",\"name\":\"c\"},\"storageClassName\":\"s\"},\"status\":{\"phase\":\"Bound\"}", "x|5Gi|RWO,ROX|Delete|Bound|n/c|s|<unset>||5m|<unset>")]
    [InlineData("persistentvolumeclaims", "\"spec\":{\"volumeName\":\"v\",\"storageClassName\":\"s\",\"volumeMode\":\"Filesystem\"},\"status\":{\"phase\":\"Bound\",\"capacity\":{\"storage\":\"5Gi\"},\"accessModes\":[\"ReadWriteMany\"]}", "x|Bound|v|5Gi|RWX|s|<unset>|5m|Filesystem")]
    [InlineData("ingresses.networking.k8s.io", "\"spec\":{\"rules\":[{\"host\":\"a\"},{\"host\":\"b\"},{\"host\":\"c\"},{\"host\":\"d\"}]},\"status\":{\"loadBalancer\":{\"ingress\":[{\"hostname\":\"z.example\"},{\"ip\":\"1.2.3.4\"}]}}", "x|<none>|a,b,c + 1 more...|1.2.3.4,z.example|80|5m")]
    [InlineData("resourcequotas", "\"status\":{\"hard\":{\"requests.cpu\":\"4\",\"pods\":\"10\",\"limits.memory\":\"2Gi\"},\"used\":{\"pods\":\"3\"}}", "x|pods: 3/10, requests.cpu: 0/4|limits.memory: 0/2Gi|5m")]
    [InlineData("storageclasses.storage.k8s.io", "\"provisioner\":\"p\"", "x|p|Delete|Immediate|False|5m")]
    [InlineData("csidrivers.storage.k8s.io", "\"spec\":{}", "x|True|False|False|<unset>|False|<none>|5m")]
    [InlineData("certificatesigningrequests.certificates.k8s.io", "\"spec\":{\"signerName\":\"a.io/b\",\"username\":\"u\"},\"status\":{\"conditions\":[{\"type\":\"Approved\"}],\"certificate\":\"QQ==\"}", "x|5m|a.io/b|u|<none>|Approved,Issued")]
    [InlineData("componentstatuses", "\"conditions\":[{\"type\":\"Healthy\",\"status\":\"False\",\"error\":\"away\"}]", "x|Unhealthy||away")]
    [InlineData("apiservices.apiregistration.k8s.io", "\"spec\":{\"service\":{\"namespace\":\"n\",\"name\":\"s\"}},\"status\":{\"conditions\":[{\"type\":\"Available\",\"status\":\"False\",\"reason\":\"MissingEndpoints\"}]}", "x|n/s|False (MissingEndpoints)|5m")]
    [InlineData("roles.rbac.authorization.k8s.io", "\"rules\":[]", "x|2026-01-01T11:55:00Z")]
    public void Kinds_Cells_AsKubectlShowsThem(string resource, string body, string expected)
    {
        Assert.Equal(expected, string.Join('|', Cells(resource, $"{{\"metadata\":{{{Born}}},{body}}}")));
    }

    [Fact]
    public void Kinds_EmptyDocument_ACellForEachColumn()
    {
        foreach (var resource in ResourceCatalog.All)
        {
            Assert.Equal(TablePrinters.Find(resource.QualifiedName).Columns.Length, Cells(resource.QualifiedName, "{\"metadata\":{}}").Length);
        }
    }

    private static string[] Cells(string resource, string document)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, JsonOutput.Options))
        using (var parsed = JsonDocument.Parse(Encoding.UTF8.GetBytes(document)))
        {
            json.WriteStartArray();
            TablePrinters.Find(resource).WriteCells(json, parsed.RootElement, Now);
            json.WriteEndArray();
        }

        using var cells = JsonDocument.Parse(buffer.WrittenMemory);
        return [.. cells.RootElement.EnumerateArray().Select(cell => cell.ToString())];
    }
}
