namespace Grainhouse.Client;

/// <summary>How a command ended, and all that it said.</summary>
/// <param name="ExitCode">0 for success; 128 + n for signal n.</param>
/// <param name="Output">What it said on stdout, as UTF-8.</param>
/// <param name="Error">What it said on stderr, as UTF-8.</param>
public sealed record CommandResult(int ExitCode, string Output, string Error);
