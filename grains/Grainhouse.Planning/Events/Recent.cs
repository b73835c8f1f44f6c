using System.Diagnostics.CodeAnalysis;

namespace Grainhouse.Planning.Events;

/// <summary>A dictionary that forgets what was used longest ago when it is full.</summary>
internal sealed class Recent<TKey, TValue>(int capacity)
    where TKey : notnull
    where TValue : class
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> items = [];
    private readonly LinkedList<(TKey Key, TValue Value)> order = new();

    public bool TryGet(TKey key, [NotNullWhen(true)] out TValue? value)
    {
        if (!items.TryGetValue(key, out var node))
        {
            value = null;
            return false;
        }

        order.Remove(node);
        order.AddLast(node);
        value = node.Value.Value;
        return true;
    }

    public TValue GetOrAdd(TKey key, Func<TValue> make)
    {
        if (TryGet(key, out var value))
        {
            return value;
        }

        value = make();
        Set(key, value);
        return value;
    }

    public void Set(TKey key, TValue value)
    {
        if (items.Remove(key, out var old))
        {
            order.Remove(old);
        }
        else if (items.Count == capacity)
        {
            items.Remove(order.First!.Value.Key);
            order.RemoveFirst();
        }

        items[key] = order.AddLast((key, value));
    }
}
