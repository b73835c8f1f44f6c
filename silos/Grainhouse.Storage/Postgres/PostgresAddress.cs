using Npgsql;

namespace Grainhouse.Storage.Postgres;

/// <summary>Which database, and how to connect to it.</summary>
/// <remarks>Npgsql's own form (<c>Host=db;Username=grainhouse;Database=grainhouse</c>) or a URL (<c>postgres://user:password@host:5432/database?sslmode=require</c>).</remarks>
internal sealed class PostgresAddress
{
    // Under what the operator wrote, so that every one of them can be overridden. A database that is gone is noticed within
    // seconds: 3 s to connect, 5 s for a statement, and TCP's own probes for a host that vanished without a word.
    // 16 connections a silo, so that six silos fit PostgreSQL's default of 100.
    private const string Defaults =
        "Application Name=grainhouse;Timeout=3;Command Timeout=5;Maximum Pool Size=16;TCP Keepalive=true;TCP Keepalive Time=5;TCP Keepalive Interval=1;Max Auto Prepare=32;Auto Prepare Min Usages=2;";

    private PostgresAddress(NpgsqlConnectionStringBuilder settings) => Settings = settings;

    /// <summary>What Npgsql is told.</summary>
    public NpgsqlConnectionStringBuilder Settings { get; }

    /// <summary>Whether several hosts were named, of which one is the primary.</summary>
    public bool HasManyHosts => Settings.Host!.Contains(',', StringComparison.Ordinal);

    /// <summary>Reads an address.</summary>
    /// <exception cref="FormatException">It is neither form; the message does not repeat it, because it may hold a password.</exception>
    public static PostgresAddress Parse(string text)
    {
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new NpgsqlConnectionStringBuilder(Defaults + (PostgresUrl.TryTranslate(text) ?? text));
        }
        catch (Exception cause) when (cause is ArgumentException or FormatException or InvalidCastException)
        {
            throw new FormatException($"it is neither a postgres:// URL nor a connection string of Npgsql ({cause.Message.ReplaceLineEndings(" ")})", cause);
        }

        if (string.IsNullOrEmpty(settings.Host))
        {
            throw new FormatException("it names no host");
        }

        // The store's sessions have settings of their own, which a reset on return to the pool would lose.
        settings.NoResetOnClose = true;
        settings.Enlist = false;
        return new PostgresAddress(settings);
    }

    /// <summary>The same address for commands that are run by hand or by a timer: nobody waits for them as for a silo, and a busy server is no reason to fail.</summary>
    public PostgresAddress Patient() => new(new NpgsqlConnectionStringBuilder(Settings.ConnectionString)
    {
        Timeout = Math.Max(Settings.Timeout, 60),
        CommandTimeout = Math.Max(Settings.CommandTimeout, 120),
    });

    /// <summary>The address for people: without the password.</summary>
    public override string ToString() => $"{Settings.Host}{(HasManyHosts ? "" : $":{Settings.Port}")}/{Settings.Database ?? Settings.Username}";
}
