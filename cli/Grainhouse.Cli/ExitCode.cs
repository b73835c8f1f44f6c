namespace Grainhouse.Cli;

/// <summary>What the process's exit code says. Documented in docs/cli.md.</summary>
internal static class ExitCode
{
    /// <summary>All was done.</summary>
    public const int Success = 0;

    /// <summary>Something failed while it ran.</summary>
    public const int Failure = 1;

    /// <summary>The command line or a file that it names is wrong; nothing was started.</summary>
    public const int Usage = 2;

    /// <summary>The command worked, and says that not everything is ready.</summary>
    public const int NotReady = 3;
}
