using System.Diagnostics;
using System.Net;
using Grainhouse.Testing.Network;
using Npgsql;

namespace Grainhouse.Testing.Postgres;

/// <summary>A private PostgreSQL server: its own data directory, a free port, no password. It ends with the test process, however that ends.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private readonly string directory;
    private readonly int port;
    private readonly bool isDurable;
    private readonly string address;
    private readonly Process guard;
    private int databases;

    private PostgresServer(string directory, int port, bool isDurable, string address)
    {
        this.address = address;
        this.directory = directory;
        this.port = port;
        this.isDurable = isDurable;
        guard = StartGuard();
    }

    /// <summary>The server that the tests of an assembly share, each with a database of its own. It does not flush, because no test of it is about power.</summary>
    public static Task<PostgresServer> SharedAsync() => Shared.Server;

    private string Data => Path.Combine(directory, "data");

    /// <summary>Makes and starts a server.</summary>
    /// <param name="isDurable">Whether it flushes, as a real one does.</param>
    /// <param name="address">The address of this machine that it listens on; null for loopback.</param>
    /// <param name="trusted">Who is let in besides this machine, as CIDR.</param>
    public static async Task<PostgresServer> StartAsync(bool isDurable, IPAddress? address = null, string? trusted = null)
    {
        var directory = Directory.CreateTempSubdirectory("grainhouse-postgres-").FullName;
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", ["postgres:postgres", directory]);
        }

        var server = new PostgresServer(directory, FreePort.Next(), isDurable, address?.ToString() ?? "127.0.0.1");
        await RunAsUserAsync("initdb", "-D", server.Data, "-U", "grainhouse", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        if (trusted is not null)
        {
            await File.AppendAllTextAsync(Path.Combine(server.Data, "pg_hba.conf"), $"host all all {trusted} trust\n");
        }

        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it again after a stop.</summary>
    public Task StartAsync() => RunAsUserAsync(
        "pg_ctl", "start", "-w", "-s", "-D", Data, "-l", Path.Combine(directory, "log"), "-o",
        $"-h {address} -p {port} -k {directory} -c fsync={(isDurable ? "on" : "off")} -c max_connections=200 -c shared_buffers=64MB");

    /// <summary>Ends all its processes at once, as a crash does: nothing is flushed or said goodbye to.</summary>
    public Task CrashAsync() => RunAsUserAsync("pg_ctl", "stop", "-s", "-m", "immediate", "-D", Data);

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test{Interlocked.Increment(ref databases)}";
        await ExecuteAsync(ConnectionString("postgres"), $"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    /// <summary>Runs statements in a database.</summary>
    /// <returns>The first column of the first row; null if there is none.</returns>
    public static async Task<object?> ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Ends all other connections to a database, as an administrator or a fault of the network would.</summary>
    public static Task TerminateConnectionsAsync(string connectionString) => ExecuteAsync(
        connectionString, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        guard.StandardInput.Close();
        await guard.WaitForExitAsync();
        guard.Dispose();
    }

    private string ConnectionString(string database) => $"Host={address};Port={port};Username=grainhouse;Database={database}";

    // Its input ends when this process ends; then the server goes, and its data.
    private Process StartGuard()
    {
        var script = $"cat >/dev/null; {PostgresPrograms.Directory}/pg_ctl stop -s -m immediate -D {Data} >/dev/null 2>&1; rm -rf {directory}";
        string[] command = [.. PostgresPrograms.AsUser, "sh", "-c", script];
        return Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, WorkingDirectory = "/" })!;
    }

    private static Task RunAsUserAsync(string program, params string[] arguments)
    {
        string[] command = [.. PostgresPrograms.AsUser, Path.Combine(PostgresPrograms.Directory!, program), .. arguments];
        return RunAsync(command[0], command[1..]);
    }

    private static async Task RunAsync(string program, IEnumerable<string> arguments)
    {
        // The server inherits what the program has open: a pipe for its output would not end before the server does.
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", program, .. arguments]) { WorkingDirectory = "/" })!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
        }
    }

    // Started by the first test that asks.
    private static class Shared
    {
        public static readonly Task<PostgresServer> Server = StartAsync(isDurable: false);
    }
}
