using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Simulation.Actors;
using Grainhouse.Simulation.Agents;
using Grainhouse.Simulation.Storage;

namespace Grainhouse.Simulation.Tests;

/// <summary>Deliberate bugs, each of which the simulator must find.</summary>
internal static class Mutations
{
    public const string Forgetful = "an agent does not look at what runs, and starts it again";

    public static IReadOnlyDictionary<string, Func<Flaws>> All { get; } = new Dictionary<string, Func<Flaws>>(StringComparer.Ordinal)
    {
        ["the ledger's fence is not checked"] = static () => new Flaws { Store = new UncheckedWrites("_ledger/") },
        ["an object's expected revision is not checked"] = static () => new Flaws { Store = new UncheckedWrites("pods/") },
        ["a write is acknowledged before it is committed"] = static () => new Flaws { Store = new EarlyAcknowledgement() },
        ["a revision is used twice"] = static () => new Flaws { Store = new ReusedRevision() },
        ["a bound pod is bound again"] = static () => new Flaws { Store = new SecondBinding() },
        ["a watch skips an event when it resumes"] = static () => new Flaws { Cache = new SkippedEvent() },
        ["maxUnavailable is ignored"] = static () => new Flaws { Cache = new AnyUnavailable() },
        ["the timers of node grains are lost"] = static () => new Flaws { Timers = new LostNodeTimers() },
        [Forgetful] = static () => new Flaws { Agents = new ForgetfulAgents() },
        ["an agent drops changes"] = static () => new Flaws { Agents = new DroppedChanges() },
    };

    private sealed class UncheckedWrites(string prefix) : StoreFlaws
    {
        public override bool IgnoresExpectation(StoreWrite write) => write.Key.StartsWith(prefix, StringComparison.Ordinal);
    }

    private sealed class EarlyAcknowledgement : StoreFlaws
    {
        private int writes;

        public override bool AcknowledgesWithoutCommit(StoreWrite write) => ++writes % 50 == 0;
    }

    private sealed class ReusedRevision : StoreFlaws
    {
        private int writes;

        public override bool ReusesRevision(StoreWrite write) => ++writes % 100 == 0;
    }

    private sealed class SecondBinding : StoreFlaws
    {
        private int writes;

        public override StoreWrite Alter(StoreWrite write) =>
            write.Document is { } document && write.Key.StartsWith("pods/", StringComparison.Ordinal) && ++writes % 30 == 0
                ? write with { Document = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(document.Span).Replace("\"nodeName\":\"n00\"", "\"nodeName\":\"n01\"", StringComparison.Ordinal)) }
                : write;
    }

    private sealed class SkippedEvent : CacheFlaws
    {
        private int changes;

        public override bool SkipsOnResume(ObjectChange change) => ++changes % 200 == 0;
    }

    private sealed class AnyUnavailable : CacheFlaws
    {
        public override KubeObject? Show(KubeObject? item)
        {
            if (item?.Key.Resource != "deployments.apps")
            {
                return item;
            }

            var document = item.ToMutable();
            document["spec"]!["strategy"]!["rollingUpdate"] = new JsonObject { ["maxUnavailable"] = "100%", ["maxSurge"] = 1 };
            return KubeObject.From(item.Key, item.Revision, document);
        }
    }

    private sealed class LostNodeTimers : TimerFlaws
    {
        public override bool Loses(Activation activation) => activation.GrainId.Type.ToString() == "node";
    }

    // Of each life of an agent only its own sandboxes are there, with numbers of their own. It stands for an ordinal that is started twice.
    private sealed class ForgetfulAgents : AgentFlaws
    {
        private int lives;

        public override IContainerRuntime Look(IContainerRuntime runtime) => ForgetfulRuntime.Over(runtime, ++lives);
    }

    private sealed class DroppedChanges : AgentFlaws
    {
        private int changes;

        public override bool Ignores(NodeDirective directive) => directive.Changes is not null && ++changes % 10 == 0;
    }
}
