using System.CommandLine;
using Grainhouse.Cli.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Cli.Commands;

/// <summary><c>grainhouse hello</c>: the workload of examples/hello.yaml.</summary>
internal static class HelloCommand
{
    public static Command Create()
    {
        var port = SharedOptions.Port(8080);
        var message = new Option<string>("--message")
        {
            Description = "What to answer.",
            HelpName = "TEXT",
            DefaultValueFactory = _ => "Hello from Grainhouse",
        };
        var command = new Command("hello", "Serve a greeting on / and 'ok' on /health.") { port, message };
        command.Does((parsed, cancellationToken) => RunAsync(parsed.GetValue(port), parsed.GetValue(message)!, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int port, string message, CancellationToken cancellationToken)
    {
        ListeningPort.Require(port);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenAnyIP(port));
        await using var app = builder.Build();
        var host = Environment.GetEnvironmentVariable("HOSTNAME") ?? Environment.MachineName;
        app.MapGet("/", () => $"{message} ({host})\n");
        app.MapGet("/health", () => "ok\n");
        await app.StartAsync(cancellationToken);
        Console.WriteLine($"Listening on port {port}.");
        await Shutdown.WaitAsync(cancellationToken);
        await app.StopAsync(CancellationToken.None);
        return ExitCode.Success;
    }
}
