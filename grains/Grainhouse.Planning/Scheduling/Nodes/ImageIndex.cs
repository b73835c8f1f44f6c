namespace Grainhouse.Planning.Scheduling;

/// <summary>Which nodes have which image.</summary>
internal sealed class ImageIndex
{
    private readonly Dictionary<string, Dictionary<int, long>> nodesByImage = new(StringComparer.Ordinal);

    public void Add(int slot, NodeFacts node)
    {
        foreach (var image in node.Images)
        {
            if (!nodesByImage.TryGetValue(image.Name, out var nodes))
            {
                nodesByImage.Add(image.Name, nodes = []);
            }

            nodes[slot] = image.SizeBytes;
        }
    }

    public void Remove(int slot, NodeFacts node)
    {
        foreach (var image in node.Images)
        {
            if (nodesByImage.TryGetValue(image.Name, out var nodes) && nodes.Remove(slot) && nodes.Count == 0)
            {
                nodesByImage.Remove(image.Name);
            }
        }
    }

    /// <summary>Size in bytes by node slot; null if no node has the image.</summary>
    public Dictionary<int, long>? Find(string image) => nodesByImage.GetValueOrDefault(image);
}
