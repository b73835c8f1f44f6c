using Grainhouse.HostAgent.Pods;
using Grainhouse.HostAgent.Probes;
using k8s.Models;

namespace Grainhouse.HostAgent.Tests.Pods;

/// <summary>Probes, and what readiness asks for besides.</summary>
public sealed class PodProbeTests
{
    [Fact]
    public void ReadinessProbe_HoldsReadyBack_AndTakesItAway()
    {
        var answers = false;
        var lab = new PodLab { ProbeAnswers = (_, _) => answers };
        lab.Run(PodLab.Pod(pod => pod.Spec.Containers[0].ReadinessProbe = Probe(period: 2, failures: 2)));
        Assert.False(lab.Web.Ready);
        Assert.Contains(lab.Events, report => report is { Reason: "Unhealthy", Message: "Readiness probe failed: no" });

        answers = true;
        lab.Pass(2);
        Assert.True(lab.Web.Ready);
        answers = false;
        lab.Pass(2);
        Assert.True(lab.Web.Ready);
        lab.Pass(2);

        Assert.False(lab.Web.Ready);
        Assert.Equal(0, lab.Web.RestartCount);
    }

    [Fact]
    public void LivenessProbe_ThatFails_RestartsTheContainer()
    {
        var answers = true;
        var lab = new PodLab { ProbeAnswers = (_, _) => answers };
        lab.Run(PodLab.Pod(pod => pod.Spec.Containers[0].LivenessProbe = Probe(period: 1, failures: 3)));

        answers = false;
        lab.Pass(2);
        Assert.Equal(0, lab.Web.RestartCount);
        lab.Pass(1);

        Assert.Equal(1, lab.Web.RestartCount);
        Assert.Contains(lab.Events, report => report is { Reason: "Killing", Message: "Container web failed liveness probe, will be restarted" });
    }

    [Fact]
    public void StartupProbe_HoldsTheOthersBack()
    {
        var started = false;
        List<ProbeKind> asked = [];
        var lab = new PodLab
        {
            ProbeAnswers = (kind, _) =>
            {
                asked.Add(kind);
                return kind != ProbeKind.Startup || started;
            },
        };
        lab.Run(PodLab.Pod(pod =>
        {
            pod.Spec.Containers[0].StartupProbe = Probe(period: 1, failures: 30);
            pod.Spec.Containers[0].ReadinessProbe = Probe(period: 1, failures: 1);
        }));
        lab.Pass(5);
        Assert.All(asked, kind => Assert.Equal(ProbeKind.Startup, kind));
        Assert.False(lab.Web.Started);

        started = true;
        lab.Pass(1);

        Assert.True(lab.Web.Started);
        Assert.True(lab.Web.Ready);
    }

    [Fact]
    public void InitialDelay_IsKept()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod => pod.Spec.Containers[0].ReadinessProbe = new V1Probe { InitialDelaySeconds = 15, TcpSocket = new V1TCPSocketAction { Port = 80 } }));

        lab.Pass(14);
        Assert.False(lab.Web.Ready);
        lab.Pass(1);

        Assert.True(lab.Web.Ready);
    }

    [Fact]
    public void ReadinessGate_MustBeTrue()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod => pod.Spec.ReadinessGates = [new V1PodReadinessGate { ConditionType = "lb" }]));
        Assert.Equal("False", Condition(lab, "Ready").Status);
        Assert.Equal("ReadinessGatesNotReady", Condition(lab, "Ready").Reason);

        var pod = PodLab.Pod(pod => pod.Spec.ReadinessGates = [new V1PodReadinessGate { ConditionType = "lb" }]);
        pod.Status = new V1PodStatus { Conditions = [new V1PodCondition { Type = "lb", Status = "True" }] };
        lab.Order(pod, 2);

        Assert.Equal("True", Condition(lab, "Ready").Status);
        Assert.DoesNotContain(lab.Status.Conditions, condition => condition.Type == "lb");
    }

    private static V1Probe Probe(int period, int failures) =>
        new() { PeriodSeconds = period, FailureThreshold = failures, Exec = new V1ExecAction { Command = ["true"] } };

    private static V1PodCondition Condition(PodLab lab, string type) => lab.Status.Conditions.Single(condition => condition.Type == type);
}
