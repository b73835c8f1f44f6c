using Docker.DotNet.Models;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>Drains the messages of a pull or import and keeps its error: the engine answers 200 before it knows.</summary>
internal sealed class PullProgress : IProgress<JSONMessage>
{
    /// <summary>The engine's words if it failed; null as long as it did not.</summary>
    public string? Error { get; private set; }

    public void Report(JSONMessage value)
    {
        if (value.Error?.Message is { Length: > 0 } message)
        {
            Error = message;
        }
        else if (value.ErrorMessage is { Length: > 0 } text)
        {
            Error = text;
        }
    }
}
