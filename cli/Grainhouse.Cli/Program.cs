using System.CommandLine;
using Grainhouse.Cli;
using Grainhouse.Cli.Commands;

var root = new RootCommand("Grainhouse: a container orchestrator of virtual actors that speaks the Kubernetes API.")
{
    UpCommand.Create(),
    DownCommand.Create(),
    StatusCommand.Create(),
    SiloCommand.Create(),
    AgentCommand.Create(),
    BackupCommand.Create(),
    RestoreCommand.Create(),
    SimulateCommand.Create(),
    HelloCommand.Create(),
    VersionCommand.Create(),
};
var parsed = root.Parse(args);

// Ctrl-C ends the process when the silo has drained, not before.
var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
