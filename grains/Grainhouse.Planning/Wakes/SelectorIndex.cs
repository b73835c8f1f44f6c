using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Wakes;

/// <summary>Finds the selectors that match an object's labels without trying all of its namespace.</summary>
/// <remarks>
/// A selector waits under one of its equality terms, so an object of n labels looks into n drawers. Selectors without an
/// equality term are tried each time; they are rare.
/// </remarks>
/// <param name="keepsEverything">Whether a selector that matches everything is one; else it is taken for none.</param>
internal sealed class SelectorIndex(bool keepsEverything = false)
{
    private readonly Dictionary<ObjectKey, LabelSelector> selectors = [];
    private readonly Dictionary<(string Namespace, string Label, string Value), List<ObjectKey>> byTerm = [];
    private readonly Dictionary<string, List<ObjectKey>> others = new(StringComparer.Ordinal);

    /// <summary>Whether no object has a selector here.</summary>
    public bool IsEmpty => selectors.Count == 0;

    /// <summary>Whether an object has a selector here.</summary>
    public bool Contains(ObjectKey key) => selectors.ContainsKey(key);

    /// <summary>Sets an object's selector; one that matches nothing removes it, and so may one that matches everything.</summary>
    public void Set(ObjectKey key, LabelSelector selector)
    {
        Remove(key);
        if (selector.SelectsNothing || (selector.SelectsEverything && !keepsEverything))
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
            if (Term(key, selector) is { } term)
            {
                byTerm.Remove(term);
            }
            else
            {
                others.Remove(key.Namespace);
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
        if (Term(key, selector) is not { } term)
        {
            return others.TryGetValue(key.Namespace, out var rest) ? rest : make ? others[key.Namespace] = [] : null;
        }

        return byTerm.TryGetValue(term, out var drawer) ? drawer : make ? byTerm[term] = [] : null;
    }

    /// <summary>The equality term to wait under; of several the pod-template-hash, which tells most apart. Null if there is none.</summary>
    private static (string Namespace, string Label, string Value)? Term(ObjectKey key, LabelSelector selector)
    {
        LabelRequirement? chosen = null;
        foreach (var requirement in selector.Requirements)
        {
            if (requirement is { Operator: LabelOperator.In, Values.Length: 1 }
                && (chosen is null || requirement.Key == Pods.WellKnownLabels.TemplateHash))
            {
                chosen = requirement;
            }
        }

        return chosen is null ? null : (key.Namespace, chosen.Key, chosen.Values[0]);
    }
}
