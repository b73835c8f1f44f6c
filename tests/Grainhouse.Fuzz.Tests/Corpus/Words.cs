using System.Text;

namespace Grainhouse.Fuzz.Tests.Corpus;

/// <summary>What the languages of the inputs are made of.</summary>
internal static class Words
{
    /// <summary>Of JSON: marks, odd numbers and texts.</summary>
    public static IReadOnlyList<byte[]> Json { get; } = Of(
        "{", "}", "[", "]", ",", ":", "null", "true", "false", "\"\"", "{}", "[]", "0", "-1", "1e999", "1.5", "9223372036854775808", "-0", "\"\\ud800\"", "\"\\u0000\"",
        "\"a\"", "\"1Gi\"", "\"1e30\"", "\"100m\"", "\"50%\"", "\"2026-01-01T00:00:00Z\"", "\"metadata\":", "\"kind\":", "\"name\":", "[[[[[[[[", "{\"a\":", "]]]]]]]]");

    /// <summary>Of YAML, beside JSON's.</summary>
    public static IReadOnlyList<byte[]> Yaml { get; } = Of(
        "&a ", "*a", "- ", ": ", "? ", "!!str ", "!!binary ", "!x ", "|\n", ">-\n", "---\n", "...\n", "%YAML 1.2\n", "<<: ", "# ", "\t", "\n  ", "~", "0x7f", "0o17", ".inf", ".nan", "'", "\"\\x\"");

    /// <summary>Of the four kinds of patches.</summary>
    public static IReadOnlyList<byte[]> Patches { get; } = Of(
        "\"op\":", "\"path\":", "\"from\":", "\"value\":", "\"add\"", "\"copy\"", "\"move\"", "\"test\"", "\"remove\"", "\"replace\"", "\"/spec\"", "\"/spec/template/spec/containers/0\"", "\"/-\"",
        "\"\"", "\"/metadata/labels/a~1b\"", "\"$patch\":", "\"$retainKeys\":", "\"$setElementOrder/containers\":", "\"$deleteFromPrimitiveList/finalizers\":", "\"delete\"", "\"merge\"",
        "\"managedFields\":", "\"fieldsV1\":", "\"f:metadata\":", "\"k:{\\\"name\\\":\\\"a\\\"}\":", "\"v:\\\"a\\\"\":", "\"apiVersion\":\"apps/v1\"");

    /// <summary>Of selectors.</summary>
    public static IReadOnlyList<byte[]> Selectors { get; } = Of(" in ", " notin ", "(", ")", ",", "=", "==", "!=", "!", ">", "<", "a", "a/b", "metadata.name", "spec.nodeName", "\\", "status.phase");

    private static byte[][] Of(params string[] words) => [.. words.Select(Encoding.UTF8.GetBytes)];
}
