namespace Grainhouse.Client;

/// <summary>A line of a log.</summary>
/// <param name="Time">When it was written, to the tick of 100 ns; null unless <see cref="LogSettings.Timestamps"/> asks for it.</param>
/// <param name="Text">The line as it was written, as UTF-8, without the newline.</param>
public readonly record struct LogLine(DateTimeOffset? Time, string Text);
