using System.Text.RegularExpressions;
using Grainhouse.Planning.Objects;

namespace Grainhouse.Fuzz.Tests.Targets;

/// <summary>Says how an input ended, so that inputs which end alike are told to.</summary>
internal static partial class Ending
{
    private const int Most = 90;

    /// <summary>A message without what comes from the input: texts in quotes, numbers, the tail.</summary>
    public static string Of(string message)
    {
        var plain = Given().Replace(message.Length > 1000 ? message[..1000] : message, "_");
        return plain.Length > Most ? plain[..Most] : plain;
    }

    /// <summary>A decision's kind, or the first words of why not.</summary>
    public static string Of(WriteDecision decision) => decision switch
    {
        WriteDecision.Reject reject => Of(reject.Error.Causes.IsDefaultOrEmpty ? reject.Error.Message : $"{reject.Error.Causes[0].Field}: {reject.Error.Causes[0].Message}"),
        _ => $"{decision.GetType().Name}, {decision.Warnings.Length} warnings",
    };

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"?|'[^']*'?|[0-9]+|[^\\x20-\\x7e]+")]
    private static partial Regex Given();
}
