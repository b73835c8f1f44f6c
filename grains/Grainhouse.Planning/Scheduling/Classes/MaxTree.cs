namespace Grainhouse.Planning.Scheduling;

/// <summary>Finds the slot with the greatest key, and changes one key in logarithmic time.</summary>
internal sealed class MaxTree
{
    private long[] keys = [];
    private int leaves;

    /// <summary>Takes new keys for all slots at once. A negative key is no candidate.</summary>
    public void Build(ReadOnlySpan<long> slotKeys)
    {
        leaves = Math.Max(1, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, slotKeys.Length)));
        if (keys.Length < leaves * 2)
        {
            keys = new long[leaves * 2];
        }

        slotKeys.CopyTo(keys.AsSpan(leaves));
        keys.AsSpan(leaves + slotKeys.Length, leaves - slotKeys.Length).Fill(-1);
        for (var at = leaves - 1; at > 0; at--)
        {
            keys[at] = Math.Max(keys[2 * at], keys[(2 * at) + 1]);
        }
    }

    public void Set(int slot, long key)
    {
        var at = leaves + slot;
        keys[at] = key;
        for (at /= 2; at > 0; at /= 2)
        {
            var max = Math.Max(keys[2 * at], keys[(2 * at) + 1]);
            if (keys[at] == max)
            {
                return;
            }

            keys[at] = max;
        }
    }

    /// <summary>The slot with the greatest key; -1 if there is no candidate.</summary>
    public int Best()
    {
        if (leaves == 0 || keys[1] < 0)
        {
            return -1;
        }

        var at = 1;
        while (at < leaves)
        {
            at = keys[2 * at] == keys[at] ? 2 * at : (2 * at) + 1;
        }

        return at - leaves;
    }
}
