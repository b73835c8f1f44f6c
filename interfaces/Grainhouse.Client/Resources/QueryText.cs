using System.Globalization;
using System.Text;

namespace Grainhouse.Client.Resources;

/// <summary>Builds the query of a path; what is empty is left out.</summary>
internal sealed class QueryText
{
    private readonly StringBuilder text = new();

    public QueryText Add(string name, string? value) => string.IsNullOrEmpty(value) ? this : Put(name, value);

    /// <summary>Adds a list, with its empty texts: each has its place.</summary>
    public QueryText AddEach(string name, IEnumerable<string> values)
    {
        foreach (var value in values)
        {
            Put(name, value);
        }

        return this;
    }

    public QueryText Add(string name, bool value) => Add(name, value ? "true" : "");

    public QueryText Add(string name, long? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    public QueryText Add(Selection selection) => Add("labelSelector", selection.Labels).Add("fieldSelector", selection.Fields);

    public QueryText Add(WriteSettings settings) => Add("dryRun", settings.DryRun ? "All" : "")
        .Add("fieldManager", settings.FieldManager)
        .Add("fieldValidation", settings.FieldValidation == FieldValidation.Default ? "" : settings.FieldValidation.ToString());

    public override string ToString() => text.ToString();

    private QueryText Put(string name, string value)
    {
        text.Append(text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return this;
    }
}
