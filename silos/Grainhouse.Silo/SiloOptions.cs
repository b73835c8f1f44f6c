using System.Net;

namespace Grainhouse.Silo;

/// <summary>What a silo process needs to know.</summary>
public sealed record SiloOptions
{
    /// <summary>Where the store, the keys and the kubeconfig live. Created if absent.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The PostgreSQL database that holds the store; null for an SQLite file in the data directory.</summary>
    /// <value>A URL (<c>postgres://user:password@host/database</c>) or a connection string of Npgsql. All silos that are given the same one are one cluster.</value>
    public string? Database { get; init; }

    /// <summary>The address of this machine that the other silos dial; null to find one. Of no use without <see cref="Database"/>.</summary>
    public IPAddress? SiloAddress { get; init; }

    /// <summary>The port that the other silos dial; null for any free one. Of no use without <see cref="Database"/>.</summary>
    public int? SiloPort { get; init; }

    /// <summary>The address that the gateway listens on.</summary>
    /// <value>Default: all, because agents on other machines dial it; everything on it is TLS with authentication.</value>
    public IPAddress ListenAddress { get; init; } = IPAddress.Any;

    /// <summary>The gateway's port.</summary>
    /// <value>Default 6443, the port that kubectl users expect.</value>
    public int Port { get; init; } = 6443;

    /// <summary>Further names and addresses under which clients reach the gateway; they go into its certificate.</summary>
    public IReadOnlyList<string> AdvertisedAddresses { get; init; } = [];

    /// <summary>The most revisions of history that watches can resume from; null for the store's default.</summary>
    public int? HistoryRevisions { get; init; }

    /// <summary>Silence after which a node counts as lost.</summary>
    /// <value>Default 5 s: five missed heartbeats of one second, so that one slow garbage collection loses no node.</value>
    public TimeSpan NodeLease { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The time between heartbeats of an agent.</summary>
    /// <value>Default 1 s. Heartbeats stay in memory, so they cost no disk.</value>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether log lines of the silo go to the console.</summary>
    public bool LogToConsole { get; init; } = true;
}
