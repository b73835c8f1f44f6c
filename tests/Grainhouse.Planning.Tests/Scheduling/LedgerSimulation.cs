using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Scheduling;

namespace Grainhouse.Planning.Tests.Scheduling;

/// <summary>One node of four slots of a CPU, a store, and two activations of the node's ledger, driven step by step by given bytes.</summary>
/// <remarks>
/// Each step does one thing of one party: a client changes pods, an activation starts, admits, has its fence committed, hears of
/// it, binds, hears of that, learns of a change, or dies. Messages on their way outlive the activation that sent them.
/// </remarks>
internal sealed class LedgerSimulation
{
    private const string Node = "n";
    private const int CapacityMillis = 4000;

    private readonly SimulatedStore store = new();
    private readonly SimulatedActivation[] activations;
    private readonly bool staticPods;

    // Bindings on their way to the pods, from any activation that ever lived.
    private readonly List<(SimulatedActivation Sender, int Life, PodClaim Claim)> bindings = [];
    private int created;

    /// <param name="activations">How many activations there may be at once.</param>
    /// <param name="staticPods">Whether clients create pods that name the node. (Those are only kept apart from the rest by one activation.)</param>
    public LedgerSimulation(int activations, bool staticPods)
    {
        this.staticPods = staticPods;
        this.activations = [.. Enumerable.Range(0, activations).Select(_ => new SimulatedActivation(store, Node))];
        store.Put(new TestNode(Node) { Cpu = "4" }.At);
    }

    /// <summary>Does one step; which one, two bytes decide.</summary>
    public void Step(byte what, byte which)
    {
        var activation = activations[which % activations.Length];
        switch (what % 16)
        {
            case 0 or 1:
                CreatePod(which, node: "");
                break;
            case 2:
                CreatePod(which, staticPods ? Node : "");
                break;
            case 3:
                EndPod(which);
                break;
            case 4:
                BindElsewhere(which);
                break;
            case 5 or 6:
                // Who takes pods that name the node must have seen all that an earlier activation may have taken.
                activation.Load(staticPods ? 0 : which / 2);
                break;
            case 7:
                Admit(activation, which);
                break;
            case 8:
                activation.CommitFence();
                break;
            case 9:
                bindings.AddRange(activation.HearOfFence().Select(claim => (activation, activation.Life, claim)));
                break;
            case 10 or 11:
                Admit(activation, which);
                activation.CommitFence();
                bindings.AddRange(activation.HearOfFence().Select(claim => (activation, activation.Life, claim)));
                break;
            case 12 when bindings.Count > 0:
                Bind(which % bindings.Count);
                break;
            case 13 or 14:
                Learn(activation);
                break;
            case 15:
                activation.Die();
                break;
            default:
                break;
        }

        CheckCapacity();
    }

    /// <summary>Lets all faults end and one activation finish, and checks that nothing is left over.</summary>
    public void Converge()
    {
        var last = activations[0];
        foreach (var activation in activations)
        {
            activation.Die();
        }

        while (bindings.Count > 0)
        {
            Bind(0);
            CheckCapacity();
        }

        last.Load(0);
        bindings.AddRange(last.TakeToBind().Select(claim => (last, last.Life, claim)));
        while (bindings.Count > 0)
        {
            Bind(0);
            CheckCapacity();
        }

        while (Learn(last))
        {
            CheckCapacity();
        }

        Assert.Equal(store.Pods.Count(pod => pod.Node == Node && pod.Phase == "Pending"), last.Ledger!.Pods);
        last.Admit([store.Pods.FirstOrDefault(pod => pod.Node.Length == 0) ?? CreatePod(0, "")]);
        Assert.True(last.NextFence.Length <= 1, "Pods that were settled are still in the fence.");
    }

    private void Admit(SimulatedActivation activation, byte which) =>
        activation.Admit(store.Pods.Where(pod => pod.Node.Length == 0).Skip(which / 8 % 3).Take(1 + (which / 24 % 4)));

    private TestPod CreatePod(byte which, string node)
    {
        var pod = new TestPod($"p{++created}") { Cpu = $"{1 + (which % 3)}", Node = node, CreatedAtSecond = created };
        store.Put(pod);
        return pod;
    }

    private void EndPod(byte which)
    {
        if (store.Pods.Count == 0)
        {
            return;
        }

        var pod = store.Pods[which % store.Pods.Count];
        if (which % 2 == 0)
        {
            store.Delete(pod);
        }
        else
        {
            store.Put(pod with { Phase = "Succeeded" });
        }
    }

    private void BindElsewhere(byte which)
    {
        var pending = store.Pods.Where(pod => pod is { Node: "", Phase: "Pending" }).ToList();
        if (pending.Count > 0)
        {
            store.Put(pending[which % pending.Count] with { Node = "m" });
        }
    }

    // A pod's grain binds it if it has no node and has not ended, and says the same again when asked again.
    private void Bind(int index)
    {
        var (sender, life, claim) = bindings[index];
        bindings.RemoveAt(index);
        var pod = store.Pods.FirstOrDefault(pod => pod.ActualUid == claim.Uid);
        if (pod is { Node: "", Phase: "Pending" })
        {
            store.Put(pod = pod with { Node = Node });
        }

        if (sender.Life == life)
        {
            sender.Ledger?.Settled(claim.Uid, bound: pod?.Node == Node);
        }
    }

    private bool Learn(SimulatedActivation activation)
    {
        if (!activation.Learn(out var rejections))
        {
            return false;
        }

        foreach (var rejection in rejections)
        {
            if (store.Pods.FirstOrDefault(pod => pod.ActualUid == rejection.Uid) is { Phase: "Pending" } pod)
            {
                store.Put(pod with { Phase = "Failed" });
            }
        }

        return true;
    }

    private void CheckCapacity()
    {
        // A pod that names the node itself counts once a ledger has taken it.
        var used = store.Pods
            .Where(pod => pod is { Node: Node, Phase: "Pending" })
            .Where(pod => !staticPods || store.WasBound(pod) || activations[0].Accepted.Contains(pod.ActualUid))
            .Sum(pod => 1000 * int.Parse(pod.Cpu));
        Assert.True(used <= CapacityMillis, $"The node is over-committed: {used}m of {CapacityMillis}m.");
    }
}
