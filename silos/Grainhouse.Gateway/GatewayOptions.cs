using System.Net;

namespace Grainhouse.Gateway;

/// <summary>Where the doors are and what they refuse.</summary>
public sealed record GatewayOptions
{
    /// <summary>The directory of the cluster's data; certificates, keys and tokens are kept in its <c>pki</c> folder.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The address to listen on.</summary>
    /// <value>Default <see cref="IPAddress.IPv6Any"/>, which takes IPv4 too: agents on other machines must reach it.</value>
    public IPAddress ListenAddress { get; init; } = IPAddress.IPv6Any;

    /// <summary>The one port of all doors.</summary>
    /// <value>Default 6443, where Kubernetes tools expect an API server. 0 takes a free one.</value>
    public int Port { get; init; } = 6443;

    /// <summary>Host names and addresses under which clients and agents know this gateway; they enter the server's certificate.</summary>
    /// <value>Default none: localhost, the loopback addresses and the host's name, short and full, are always in.</value>
    public IReadOnlyList<string> AdvertisedAddresses { get; init; } = [];

    /// <summary>The most bytes that a request's body may have; more gets 413.</summary>
    /// <value>Default 3 MiB, as in kube-apiserver.</value>
    public int MaxBodyBytes { get; init; } = 3 * 1024 * 1024;

    /// <summary>How long a request waits for the grain of its object; then it ends in 504.</summary>
    /// <value>Default 10 s, as long as a grain's call: a disk that stalls for a moment is no error. In a cluster less, because there another silo may answer.</value>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Requests at once that only read, of all users together; more wait their turn.</summary>
    /// <value>Default 16 for each core: reads are the processor's work, and more at once only make each of them slower.</value>
    public int ReadSeats { get; init; } = 16 * Environment.ProcessorCount;

    /// <summary>Requests at once that write, of all users together; more wait their turn.</summary>
    /// <value>Default 64 for each core: writes wait for the disk, and those that wait together share a commit.</value>
    public int WriteSeats { get; init; } = 64 * Environment.ProcessorCount;

    /// <summary>
    /// Requests of one client within two milliseconds, and lists at once, while another client asks too: reads and writes each.
    /// </summary>
    /// <value>Default 2 for each core, about 600 a second: many times what a controller asks, and little beside which others feel nothing.</value>
    public int SeatsInCompany { get; init; } = 2 * Environment.ProcessorCount;

    /// <summary>Requests of one client that may wait for a seat; more get 429.</summary>
    /// <value>Default 1,024.</value>
    public int MostWaiting { get; init; } = 1_024;

    /// <summary>The longest that a request may take that is no stream, whatever its <c>timeout</c> says; then it ends in 504.</summary>
    /// <value>Default one minute, as in kube-apiserver.</value>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a watch that asked for bookmarks gets one.</summary>
    /// <value>Default one minute, as in kube-apiserver.</value>
    public TimeSpan BookmarkInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an agent may take to open a tunnel, or to take one directive, before the gateway gives up on it.</summary>
    /// <value>Default 10 s: longer than a TLS handshake on a busy machine, shorter than a person's patience.</value>
    public TimeSpan AgentTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The folder of certificates, keys and tokens.</summary>
    public string PkiDirectory => Path.Combine(DataDirectory, "pki");
}
