namespace Grainhouse.Interfaces.Agents;

/// <summary>A report is not what agent.proto says that it must be. The same again will fare no better.</summary>
[GenerateSerializer, Alias("grainhouse.malformedreport")]
public sealed class MalformedReportException(string message, Exception? cause = null) : Exception(message, cause);
