using System.Text;

namespace Grainhouse.Client.Resources;

/// <summary>Builds the query of a path; what is empty is left out.</summary>
internal sealed class QueryText
{
    private readonly StringBuilder text = new();

    public QueryText Add(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            text.Append(text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }

        return this;
    }

    public QueryText Add(Selection selection) => Add("labelSelector", selection.Labels).Add("fieldSelector", selection.Fields);

    public QueryText Add(WriteSettings settings) => Add("dryRun", settings.DryRun ? "All" : "")
        .Add("fieldManager", settings.FieldManager)
        .Add("fieldValidation", settings.FieldValidation == FieldValidation.Default ? "" : settings.FieldValidation.ToString());

    public override string ToString() => text.ToString();
}
