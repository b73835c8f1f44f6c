using System.Buffers;
using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>The schedule of a cron job: five fields, or a word like <c>@hourly</c>. After robfig/cron's standard parser.</summary>
internal static class ScheduleRules
{
    private static readonly SearchValues<char> DurationCharacters = SearchValues.Create("0123456789.hmsuµn");
    private static readonly string[] Words = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private static readonly (int Least, int Most, string[] Names)[] Fields = [(0, 59, []), (0, 23, []), (1, 31, []), (1, 12, Months), (0, 6, Days)];

    public static void Validate(JsonObject spec, FieldErrors errors)
    {
        var path = FieldPath.Spec.Child("schedule");
        var schedule = spec.Text("schedule") ?? "";
        if (schedule.Length == 0)
        {
            errors.Required(path);
        }
        else if (schedule.Contains("TZ=", StringComparison.Ordinal))
        {
            errors.Invalid(path, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
        }
        else if (WhyNot(schedule) is { } why)
        {
            errors.Invalid(path, schedule, why);
        }

        if (spec.Text("timeZone") is { } zone && (zone.Length == 0 || zone.Equals("Local", StringComparison.OrdinalIgnoreCase)
            || !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)))
        {
            errors.Invalid(FieldPath.Spec.Child("timeZone"), zone, zone.Length == 0 ? "timeZone must be nil or non-empty string" : $"unknown time zone {zone}");
        }
    }

    private static string? WhyNot(string schedule)
    {
        if (schedule[0] == '@')
        {
            return Words.Contains(schedule) || IsEvery(schedule) ? null : $"unrecognized descriptor: {schedule}";
        }

        var fields = schedule.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != Fields.Length)
        {
            return $"expected exactly {Fields.Length} fields, found {fields.Length}: [{string.Join(' ', fields)}]";
        }

        for (var i = 0; i < fields.Length; i++)
        {
            foreach (var range in fields[i].Split(','))
            {
                if (WhyNotRange(range, Fields[i]) is { } why)
                {
                    return why;
                }
            }
        }

        return null;
    }

    // @every with a Go duration.
    private static bool IsEvery(string schedule) =>
        schedule.StartsWith("@every ", StringComparison.Ordinal) && schedule.Length > 8
        && schedule.AsSpan(7).IndexOfAnyExcept(DurationCharacters) < 0 && char.IsAsciiLetterLower(schedule[^1]);

    private static string? WhyNotRange(string text, (int Least, int Most, string[] Names) field)
    {
        var step = text.Split('/');
        if (step.Length > 2)
        {
            return $"too many slashes: {text}";
        }

        var ends = step[0].Split('-');
        if (ends.Length > 2)
        {
            return $"too many hyphens: {text}";
        }

        if (step.Length == 2 && !(int.TryParse(step[1], out var every) && every >= 0))
        {
            return $"failed to parse int from {step[1]}";
        }

        if (step.Length == 2 && int.Parse(step[1], System.Globalization.CultureInfo.InvariantCulture) == 0)
        {
            return $"step of range should be a positive number: {text}";
        }

        if (step[0] is "*" or "?")
        {
            return null;
        }

        var bounds = new int[ends.Length];
        for (var i = 0; i < ends.Length; i++)
        {
            var at = Array.IndexOf(field.Names, ends[i].ToLowerInvariant());
            if (at >= 0)
            {
                bounds[i] = at + field.Least;
            }
            else if (!int.TryParse(ends[i], out bounds[i]))
            {
                return $"failed to parse int from {ends[i]}: strconv.Atoi: parsing \"{ends[i]}\": invalid syntax";
            }
        }

        return bounds[0] < field.Least ? $"beginning of range ({bounds[0]}) below minimum ({field.Least}): {text}"
            : bounds[^1] > field.Most ? $"end of range ({bounds[^1]}) above maximum ({field.Most}): {text}"
            : bounds[0] > bounds[^1] ? $"beginning of range ({bounds[0]}) beyond end of range ({bounds[^1]}): {text}"
            : null;
    }
}
