using Microsoft.AspNetCore.Http;

namespace Grainhouse.Gateway.Calls;

/// <summary>Collects the parameters of a request; what is empty is left out.</summary>
internal sealed class InnerQuery
{
    /// <summary>As text, escaped.</summary>
    public QueryString Text { get; private set; }

    /// <summary>Adds a text.</summary>
    public InnerQuery Add(string name, string value)
    {
        if (value.Length > 0)
        {
            Text = Text.Add(name, value);
        }

        return this;
    }

    /// <summary>Adds a list, with its empty texts: each has its place.</summary>
    public InnerQuery Add(string name, IEnumerable<string> values)
    {
        foreach (var value in values)
        {
            Text = Text.Add(name, value);
        }

        return this;
    }

    /// <summary>Adds a flag, if it is set.</summary>
    public InnerQuery Add(string name, bool value) => Add(name, value ? "true" : "");

    /// <summary>Adds a number, if it is there.</summary>
    public InnerQuery Add(string name, long? value) => Add(name, value?.ToString() ?? "");
}
