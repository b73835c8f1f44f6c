using System.CommandLine;
using Grainhouse.Silo;
using Grainhouse.Storage;

namespace Grainhouse.Cli.Commands;

/// <summary>Options that several commands have.</summary>
internal static class SharedOptions
{
    public static Option<string> Data() => new("--data")
    {
        Description = "Where the cluster's data is kept.",
        HelpName = "DIR",
        DefaultValueFactory = _ => DataDirectory.Default,
    };

    public static Option<int> Port(int port)
    {
        var option = new Option<int>("--port") { Description = "The port to listen on.", HelpName = "PORT", DefaultValueFactory = _ => port };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var value) && value is < 1 or > 65535)
            {
                result.AddError($"--port is {value}; it must be from 1 to 65535.");
            }
        });
        return option;
    }

    public static Option<string?> Kubeconfig(string description) => new("--kubeconfig") { Description = description, HelpName = "FILE" };

    public static Option<string> Runtime()
    {
        var option = new Option<string>("--runtime")
        {
            Description = "What runs containers: docker, process, or auto (Docker where it is in reach).",
            HelpName = "auto|docker|process",
            DefaultValueFactory = _ => "auto",
        };
        option.AcceptOnlyFromAmong("auto", "docker", "process");
        return option;
    }

    public static Option<int?> History() => new("--history")
    {
        Description = "Changes to keep for watches to resume from. Default: 100,000 and at least ten minutes.",
        HelpName = "CHANGES",
    };

    /// <summary>Which store a command works on: of a data directory and a database the one that the user named, not the one that the environment did.</summary>
    public static StorageOptions StoreOf(ParseResult parsed, Option<string> data, Option<string?> database)
    {
        var isDirectory = IsNamed(parsed, data) && !IsNamed(parsed, database);
        return SiloStorage.Of(Path.GetFullPath(parsed.GetValue(data)!), isDirectory ? null : parsed.GetValue(database));
    }

    // Also from the environment: what stands on a command line, every user of the machine can read.
    public static Option<string?> Database() => new("--database")
    {
        Description = "The PostgreSQL database that holds the cluster's state: postgres://USER:PASSWORD@HOST/DATABASE, or a connection string of Npgsql. Default: $GRAINHOUSE_DATABASE; without it an SQLite file in the data directory.",
        HelpName = "URL",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("GRAINHOUSE_DATABASE") is { Length: > 0 } url ? url : null,
    };

    private static bool IsNamed(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };
}
