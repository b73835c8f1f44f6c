using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>Gathers what is wrong with a document, in the words of Kubernetes' <c>field.Error</c>.</summary>
internal sealed class FieldErrors
{
    private List<StatusCause>? causes;

    public bool Any => causes is not null;

    public IReadOnlyList<StatusCause> Causes => causes ?? [];

    public void Invalid(FieldPath path, string value, string why) => Add(CauseReasons.Invalid, path, $"Invalid value: {GoWords.Quote(value)}: {why}");

    public void Invalid(FieldPath path, long value, string why) => Add(CauseReasons.Invalid, path, $"Invalid value: {value}: {why}");

    /// <summary>For values that upstream prints in Go's own form: the caller words the value.</summary>
    public void InvalidRaw(FieldPath path, string words, string why) => Add(CauseReasons.Invalid, path, $"Invalid value: {words}: {why}");

    public void Invalid(FieldPath path, JsonNode? value, string why) => Add(CauseReasons.Invalid, path, $"Invalid value: {GoWords.Value(value)}: {why}");

    public void Required(FieldPath path, string why = "") =>
        Add(CauseReasons.Required, path, why.Length == 0 ? "Required value" : $"Required value: {why}");

    public void NotSupported(FieldPath path, string value, IEnumerable<string> supported) =>
        Add(CauseReasons.NotSupported, path, $"Unsupported value: {GoWords.Quote(value)}: supported values: {string.Join(", ", supported.Select(GoWords.Quote))}");

    public void Duplicate(FieldPath path, string value) => Add(CauseReasons.Duplicate, path, $"Duplicate value: {GoWords.Quote(value)}");

    public void DuplicateRaw(FieldPath path, string words) => Add(CauseReasons.Duplicate, path, $"Duplicate value: {words}");

    public void Forbidden(FieldPath path, string why) => Add(CauseReasons.Forbidden, path, $"Forbidden: {why}");

    public void NotFound(FieldPath path, string value) => Add(CauseReasons.NotFound, path, $"Not found: {GoWords.Quote(value)}");

    public void TooLong(FieldPath path, int most) => Add(CauseReasons.TooLong, path, $"Too long: may not be more than {most} bytes");

    private void Add(string reason, FieldPath path, string message) =>
        (causes ??= []).Add(new StatusCause(reason, message, path.ToString()));
}
