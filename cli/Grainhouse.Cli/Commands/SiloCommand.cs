using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Grainhouse.Cli.Hosting;

namespace Grainhouse.Cli.Commands;

/// <summary><c>grainhouse silo</c>: the cluster without an agent.</summary>
internal static class SiloCommand
{
    public static Command Create()
    {
        var data = SharedOptions.Data();
        var port = SharedOptions.Port(6443);
        var kubeconfig = SharedOptions.Kubeconfig("Where to write the kubeconfig. Default: 'kubeconfig' in the data directory.");
        var history = SharedOptions.History();
        var database = SharedOptions.Database();
        var siloAddress = new Option<IPAddress?>("--silo-address")
        {
            Description = "The address of this machine that the cluster's other silos dial. Default: that of its first network interface with a gateway.",
            HelpName = "ADDRESS",
            CustomParser = ParseAddress,
        };
        var siloPort = new Option<int?>("--silo-port") { Description = "The port that the cluster's other silos dial. Default: any free one.", HelpName = "PORT" };
        var advertised = new Option<string[]>("--advertise")
        {
            Description = "A further name or address by which clients reach this silo, as of a load balancer; it goes into the certificate. May be given more than once.",
            HelpName = "HOST",
        };
        advertised.Validators.Add(RequireHosts);
        var command = new Command("silo", "Run a silo of the cluster in this process; agents join it with 'grainhouse agent'. Silos with the same --database are one cluster.")
        {
            data, port, kubeconfig, history, database, siloAddress, siloPort, advertised,
        };
        command.Does((parsed, cancellationToken) =>
        {
            var directory = Path.GetFullPath(parsed.GetValue(data)!);
            return RunAsync(
                new LocalSiloSettings(
                    directory,
                    parsed.GetValue(port),
                    Path.GetFullPath(parsed.GetValue(kubeconfig) ?? DataDirectory.Kubeconfig(directory)),
                    parsed.GetValue(history),
                    parsed.GetValue(database))
                {
                    SiloAddress = parsed.GetValue(siloAddress),
                    SiloPort = parsed.GetValue(siloPort),
                    Advertised = parsed.GetValue(advertised) ?? [],
                },
                cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(LocalSiloSettings settings, CancellationToken cancellationToken)
    {
        DataDirectory.Create(settings.DataDirectory);
        using var held = InstanceLock.Take(settings.DataDirectory);
        ListeningPort.Require(settings.Port);
        await using var silo = await LocalSilo.StartAsync(settings, cancellationToken);
        await silo.ReadyAsync(cancellationToken);
        ServiceManager.TellReady();

        Console.WriteLine($"The silo is ready at {silo.Address}.");
        Console.WriteLine($"  export KUBECONFIG={settings.Kubeconfig}");
        Console.WriteLine("To add a machine, run there:");
        Console.WriteLine($"  grainhouse agent --join {Environment.MachineName}:{settings.Port} --token-file TOKEN --ca CA");
        Console.WriteLine($"with copies of {Path.Combine(settings.DataDirectory, "pki", "join.token")} and {Path.Combine(settings.DataDirectory, "pki", "ca.crt")}.");
        await Shutdown.WaitAsync(cancellationToken);
        ServiceManager.TellStopping();
        return ExitCode.Success;
    }

    private static void RequireHosts(OptionResult result)
    {
        foreach (var host in result.Tokens.Select(token => token.Value).Where(host => Uri.CheckHostName(host) is UriHostNameType.Unknown))
        {
            result.AddError($"--advertise is {host}; it must be a host name or an IP address, without a port.");
        }
    }

    private static IPAddress? ParseAddress(ArgumentResult result)
    {
        if (IPAddress.TryParse(result.Tokens[0].Value, out var address))
        {
            return address;
        }

        result.AddError($"--silo-address is {result.Tokens[0].Value}; it must be an IP address of this machine.");
        return null;
    }
}
