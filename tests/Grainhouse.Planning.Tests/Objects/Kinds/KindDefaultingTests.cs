using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Tests.Objects.Kinds;

/// <summary>What a kind shows of an object that says as little as it may.</summary>
public sealed class KindDefaultingTests
{
    private const string Template = "'template':{'metadata':{'labels':{'a':'b'}},'spec':{'restartPolicy':'Never','containers':[{'name':'c','image':'i'}]}}";
    private const string Forever = "'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'i'}]}}";
    private const string Selector = "'selector':{'matchLabels':{'a':'b'}}";

    [Theory]
    [InlineData("statefulsets.apps", "'spec':{'serviceName':'s'," + Selector + "," + Forever + ",'volumeClaimTemplates':[{'metadata':{'name':'d'},'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}]}", "spec",
        "{'serviceName':'s','replicas':1,'podManagementPolicy':'OrderedReady','revisionHistoryLimit':10,'updateStrategy':{'type':'RollingUpdate','rollingUpdate':{'partition':0}},'persistentVolumeClaimRetentionPolicy':{'whenDeleted':'Retain','whenScaled':'Retain'},'volumeClaimTemplates':[{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'d'},'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}},'volumeMode':'Filesystem'},'status':{'phase':'Pending'}}]}")]
    [InlineData("daemonsets.apps", "'spec':{" + Selector + "," + Forever + "}", "spec",
        "{'revisionHistoryLimit':10,'updateStrategy':{'type':'RollingUpdate','rollingUpdate':{'maxUnavailable':1,'maxSurge':0}}}")]
    [InlineData("daemonsets.apps", "'spec':{" + Selector + "," + Forever + "}", "status",
        "{'currentNumberScheduled':0,'desiredNumberScheduled':0,'numberMisscheduled':0,'numberReady':0}")]
    [InlineData("replicationcontrollers", "'spec':{" + Forever + "}", "spec", "{'replicas':1,'selector':{'a':'b'}}")]
    [InlineData("jobs.batch", "'spec':{" + Template + "}", "spec",
        "{'completions':1,'parallelism':1,'backoffLimit':6,'completionMode':'NonIndexed','suspend':false,'manualSelector':false,'podReplacementPolicy':'TerminatingOrFailed','selector':{'matchLabels':{'batch.kubernetes.io/controller-uid':'" + Rules.Uid + "'}}}")]
    [InlineData("cronjobs.batch", "'spec':{'schedule':'@hourly','jobTemplate':{'spec':{" + Template + "}}}", "spec",
        "{'schedule':'@hourly','concurrencyPolicy':'Allow','suspend':false,'successfulJobsHistoryLimit':3,'failedJobsHistoryLimit':1}")]
    [InlineData("horizontalpodautoscalers.autoscaling", "'spec':{'scaleTargetRef':{'kind':'Deployment','name':'d'},'maxReplicas':3}", "spec",
        "{'scaleTargetRef':{'kind':'Deployment','name':'d'},'minReplicas':1,'maxReplicas':3,'metrics':[{'type':'Resource','resource':{'name':'cpu','target':{'type':'Utilization','averageUtilization':80}}}]}")]
    [InlineData("persistentvolumes", "'spec':{'capacity':{'storage':'1Gi'},'accessModes':['ReadWriteOnce'],'hostPath':{'path':'/x'}}", "spec",
        "{'capacity':{'storage':'1Gi'},'accessModes':['ReadWriteOnce'],'hostPath':{'path':'/x','type':''},'persistentVolumeReclaimPolicy':'Retain','volumeMode':'Filesystem'}")]
    [InlineData("persistentvolumeclaims", "'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}", "status", "{'phase':'Pending'}")]
    [InlineData("limitranges", "'spec':{'limits':[{'type':'Container','max':{'cpu':'1'},'min':{'memory':'1Mi'}}]}", "spec",
        "{'limits':[{'type':'Container','max':{'cpu':'1'},'min':{'memory':'1Mi'},'default':{'cpu':'1'},'defaultRequest':{'cpu':'1','memory':'1Mi'}}]}")]
    [InlineData("networkpolicies.networking.k8s.io", "'spec':{'podSelector':{},'egress':[{'ports':[{'port':53}]}]}", "spec",
        "{'podSelector':{},'egress':[{'ports':[{'port':53,'protocol':'TCP'}]}],'policyTypes':['Ingress','Egress']}")]
    [InlineData("ingresses.networking.k8s.io", "'spec':{'defaultBackend':{'service':{'name':'s','port':{'number':80}}}}", "status", "{'loadBalancer':{}}")]
    [InlineData("storageclasses.storage.k8s.io", "'provisioner':'p'", "volumeBindingMode", "'Immediate'")]
    [InlineData("csidrivers.storage.k8s.io", "'spec':{}", "spec",
        "{'attachRequired':true,'podInfoOnMount':false,'storageCapacity':false,'requiresRepublish':false,'seLinuxMount':false,'fsGroupPolicy':'ReadWriteOnceWithFSType','volumeLifecycleModes':['Persistent']}")]
    [InlineData("rolebindings.rbac.authorization.k8s.io", "'roleRef':{'kind':'Role','name':'r'},'subjects':[{'kind':'User','name':'u'},{'kind':'ServiceAccount','name':'s'}]", "subjects",
        "[{'kind':'User','name':'u','apiGroup':'rbac.authorization.k8s.io'},{'kind':'ServiceAccount','name':'s'}]")]
    [InlineData("priorityclasses.scheduling.k8s.io", "'value':5", "preemptionPolicy", "'PreemptLowerPriority'")]
    [InlineData("mutatingwebhookconfigurations.admissionregistration.k8s.io", "'webhooks':[{'name':'a.b.c','sideEffects':'None','admissionReviewVersions':['v1'],'clientConfig':{'service':{'name':'s','namespace':'n'}},'rules':[{'operations':['*'],'apiGroups':[''],'apiVersions':['v1'],'resources':['pods']}]}]", "webhooks",
        "[{'name':'a.b.c','sideEffects':'None','admissionReviewVersions':['v1'],'clientConfig':{'service':{'name':'s','namespace':'n','port':443}},'rules':[{'operations':['*'],'apiGroups':[''],'apiVersions':['v1'],'resources':['pods'],'scope':'*'}],'failurePolicy':'Fail','matchPolicy':'Equivalent','timeoutSeconds':10,'namespaceSelector':{},'objectSelector':{},'reinvocationPolicy':'Never'}]")]
    public void Create_Little_ShowsWhatKubernetesShows(string resource, string body, string part, string expected)
    {
        var created = Rules.Create(ResourceCatalog.Find(resource)!, $"{{'metadata':{{'name':'x'}},{body}}}").Document();

        // Pod templates and selectors that were sent are other tests' matter.
        if (created[part] is JsonObject shown)
        {
            shown.Remove("template");
            shown.Remove("jobTemplate");
            if (resource.EndsWith(".apps", StringComparison.Ordinal))
            {
                shown.Remove("selector");
            }
        }

        Rules.AssertJson(expected, created[part]);
    }

    [Fact]
    public void Create_Job_LabelsItsPods()
    {
        var job = Rules.Create(ResourceCatalog.Jobs, $"{{'metadata':{{'name':'x'}},'spec':{{{Template}}}}}").Document();

        Rules.AssertJson(
            $"{{'a':'b','controller-uid':'{Rules.Uid}','batch.kubernetes.io/controller-uid':'{Rules.Uid}','job-name':'x','batch.kubernetes.io/job-name':'x'}}",
            job["spec"]!["template"]!["metadata"]!["labels"]);
        Rules.AssertJson("{'a':'b'}", job["metadata"]!["labels"]);
    }

    [Fact]
    public void Update_Generation_RisesWithWhatIsAskedFor()
    {
        var webhooks = Rules.Created(ResourceCatalog.MutatingWebhookConfigurations, "{'metadata':{'name':'x'}}");
        var template = Rules.Created(ResourceCatalog.PodTemplates, $"{{'metadata':{{'name':'x'}},{Forever}}}");

        var labelled = Rules.Update(ResourceCatalog.PodTemplates, template, root => root["metadata"]!["labels"] = new JsonObject { ["l"] = "m" }).Document();
        var changed = Rules.Update(ResourceCatalog.PodTemplates, template, root => root["template"]!["metadata"]!["labels"]!["l"] = "m").Document();

        Assert.Equal(1, webhooks.Header.Generation);
        Assert.Equal(1, (long)labelled["metadata"]!["generation"]!);
        Assert.Equal(2, (long)changed["metadata"]!["generation"]!);
    }
}
