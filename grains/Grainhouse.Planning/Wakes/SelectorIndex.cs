using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Wakes;

/// <summary>Finds the selectors that match an object's labels without trying all of its namespace.</summary>
/// <remarks>
/// A selector waits under one of its equality terms, so an object of n labels looks into n drawers. Selectors without an
/// equality term are tried each time; they are rare.
/// </remarks>
internal sealed class SelectorIndex
{
    private readonly Dictionary<ObjectKey, LabelSelector> selectors = [];
    private readonly Dictionary<(string Namespace, string Label, string Value), List<ObjectKey>> byTerm = [];
    private readonly Dictionary<string, List<ObjectKey>> others = new(StringComparer.Ordinal);

    /// <summary>Whether an object has a selector here.</summary>
    public bool Contains(ObjectKey key) => selectors.ContainsKey(key);

    /// <summary>Sets an object's selector; one that matches nothing or everything removes it.</summary>
    public void Set(ObjectKey key, LabelSelector selector)
    {
        Remove(key);
        if (selector == LabelSelector.None || selector.IsEmpty)
        {
            return;
        }

        selectors[key] = selector;
        Drawer(key, selector, make: true)!.Add(key);
    }

    /// <summary>Forgets an object's selector.</summary>
    public void Remove(ObjectKey key)
    {
        if (!selectors.Remove(key, out var selector) || Drawer(key, selector, make: false) is not { } drawer)
        {
            return;
        }

        drawer.Remove(key);
        if (drawer.Count == 0)
        {
            if (selector.Equal.IsEmpty)
            {
                others.Remove(key.Namespace);
            }
            else
            {
                byTerm.Remove(Term(key, selector));
            }
        }
    }

    /// <summary>Wakes the objects of a namespace whose selectors match labels.</summary>
    public void Wake(ReconcilerKind kind, string @namespace, IReadOnlyDictionary<string, string> labels, ICollection<Wake> wakes)
    {
        if (byTerm.Count > 0)
        {
            foreach (var (label, value) in labels)
            {
                if (byTerm.TryGetValue((@namespace, label, value), out var drawer))
                {
                    WakeFrom(drawer, kind, labels, wakes);
                }
            }
        }

        if (others.Count > 0 && others.TryGetValue(@namespace, out var rest))
        {
            WakeFrom(rest, kind, labels, wakes);
        }
    }

    private void WakeFrom(List<ObjectKey> drawer, ReconcilerKind kind, IReadOnlyDictionary<string, string> labels, ICollection<Wake> wakes)
    {
        foreach (var key in drawer)
        {
            if (selectors[key].Matches(labels))
            {
                wakes.Add(new Wake(kind, key));
            }
        }
    }

    private List<ObjectKey>? Drawer(ObjectKey key, LabelSelector selector, bool make)
    {
        if (selector.Equal.IsEmpty)
        {
            return others.TryGetValue(key.Namespace, out var rest) ? rest : make ? others[key.Namespace] = [] : null;
        }

        var term = Term(key, selector);
        return byTerm.TryGetValue(term, out var drawer) ? drawer : make ? byTerm[term] = [] : null;
    }

    /// <summary>The pod-template-hash is the term that tells most apart.</summary>
    private static (string Namespace, string Label, string Value) Term(ObjectKey key, LabelSelector selector)
    {
        var chosen = selector.Equal[0];
        foreach (var term in selector.Equal)
        {
            if (term.Key == Pods.WellKnownLabels.TemplateHash)
            {
                chosen = term;
            }
        }

        return (key.Namespace, chosen.Key, chosen.Value);
    }
}
