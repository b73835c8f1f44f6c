using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Nodes: whoever registers one says at once what it has.</summary>
internal sealed class NodeRules : KindRules
{
    public override bool KeepsStatusOnCreate => true;

    public override void Default(JsonObject root)
    {
        root.Child("spec");
        if (root.Object("status") is { } status && !status.Has("allocatable") && status.Has("capacity"))
        {
            status["allocatable"] = status["capacity"]!.DeepClone();
        }
    }

    public override void Validate(JsonObject root, FieldErrors errors) => TaintRules.Validate(root.Object("spec").Array("taints"), errors);
}
