using System.Text;

namespace Grainhouse.Acceptance.Tests.Ladder;

/// <summary>One command of a session and what it prints.</summary>
/// <param name="Heading">Words for the reader before it, with their line ends; may be empty.</param>
/// <param name="Command">What is typed; may have several lines.</param>
/// <param name="Expected">What is printed, steady (see <see cref="SteadyText"/>), with <c>[n]</c> as its last line where the exit code is n and not 0.</param>
/// <param name="Comes">Whether this is what comes to be, and not what is so at once.</param>
internal sealed record TranscriptStep(string Heading, string Command, string Expected, bool Comes);

/// <summary>A session at a terminal as a text: the form in which it is written, reviewed and compared.</summary>
/// <remarks>
/// <c>## </c> begins words for the reader, <c>$ </c> a command, <c>$~ </c> a command that is tried again until it prints what is expected,
/// and <c>> </c> a further line of a command. All other lines are what is printed.
/// </remarks>
internal static class Transcript
{
    private const string HeadingMark = "## ";
    private const string CommandMark = "$ ";
    private const string ComesMark = "$~ ";
    private const string MoreMark = "> ";

    public static IReadOnlyList<TranscriptStep> Parse(string text)
    {
        var steps = new List<TranscriptStep>();
        var heading = new StringBuilder();
        var inCommand = false;
        foreach (var line in text.Split('\n')[..^1])
        {
            if (line.StartsWith(HeadingMark, StringComparison.Ordinal))
            {
                heading.Append(line).Append('\n');
            }
            else if (line.StartsWith(CommandMark, StringComparison.Ordinal) || line.StartsWith(ComesMark, StringComparison.Ordinal))
            {
                var comes = line[1] == '~';
                steps.Add(new TranscriptStep(heading.ToString(), line[(comes ? ComesMark : CommandMark).Length..], "", comes));
                heading.Clear();
                inCommand = true;
            }
            else if (inCommand && line.StartsWith(MoreMark, StringComparison.Ordinal))
            {
                steps[^1] = steps[^1] with { Command = $"{steps[^1].Command}\n{line[MoreMark.Length..]}" };
            }
            else
            {
                inCommand = false;
                steps[^1] = steps[^1] with { Expected = $"{steps[^1].Expected}{line}\n" };
            }
        }

        return steps;
    }

    public static string Render(IEnumerable<TranscriptStep> steps)
    {
        var text = new StringBuilder();
        foreach (var step in steps)
        {
            text.Append(step.Heading).Append(step.Comes ? ComesMark : CommandMark).Append(step.Command.Replace("\n", $"\n{MoreMark}", StringComparison.Ordinal))
                .Append('\n').Append(step.Expected);
        }

        return text.ToString();
    }
}
