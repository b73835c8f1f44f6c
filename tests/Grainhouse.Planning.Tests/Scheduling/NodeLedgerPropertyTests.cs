using FsCheck;
using FsCheck.Fluent;

namespace Grainhouse.Planning.Tests.Scheduling;

/// <summary>A node is never over-committed, whatever happens in whatever order.</summary>
public sealed class NodeLedgerPropertyTests
{
    private static readonly Config Cases = Config.QuickThrowOnFailure.WithMaxTest(600).WithStartSize(50).WithEndSize(400);

    [Fact]
    public void TwoActivations_AnyInterleaving_NeverOverCommitAndConverge() => Check(activations: 2, staticPods: false);

    [Fact]
    public void OneActivation_WithPodsThatNameTheNode_NeverOverCommitsAndConverges() => Check(activations: 1, staticPods: true);

    private static void Check(int activations, bool staticPods) =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(),
            steps =>
            {
                var simulation = new LedgerSimulation(activations, staticPods);
                for (var at = 0; at + 1 < steps.Length; at += 2)
                {
                    simulation.Step(steps[at], steps[at + 1]);
                }

                simulation.Converge();
            }).Check(Cases);
}
