using System.Text;

namespace Grainhouse.Planning.Objects.Decoding;

/// <summary>Where a reader stands in a document. Costs nothing but an array while all is well.</summary>
internal struct DecodePath
{
    private Step[] steps;
    private int depth;

    public readonly int Depth => depth;

    public void PushField(string name) => Push(new Step(name, -1, false));

    public void PushKey(string key) => Push(new Step(key, -1, true));

    public void PushIndex() => Push(new Step(null, 0, false));

    public readonly void SetIndex(int index) => steps[depth - 1] = new Step(null, index, false);

    public void Pop() => depth--;

    /// <summary>As unknown and duplicate fields are named: <c>spec.containers[0].image</c>.</summary>
    public readonly string Full(string? last = null)
    {
        var text = new StringBuilder();
        for (var i = 0; i < depth; i++)
        {
            if (steps[i].Name is not { } name)
            {
                text.Append('[').Append(steps[i].Index).Append(']');
            }
            else
            {
                text.Append(text.Length > 0 ? "." : "").Append(name);
            }
        }

        return last is null ? text.ToString() : text.Append(text.Length > 0 ? "." : "").Append(last).ToString();
    }

    /// <summary>As Go's json package names a field in errors of type: without indices and map keys.</summary>
    public readonly string Fields() =>
        string.Join('.', steps.Take(depth).Where(step => step.Name is not null && !step.IsKey).Select(step => step.Name));

    private void Push(Step step)
    {
        steps ??= new Step[16];
        if (depth == steps.Length)
        {
            Array.Resize(ref steps, depth * 2);
        }

        steps[depth++] = step;
    }

    private readonly record struct Step(string? Name, int Index, bool IsKey);
}
