namespace Grainhouse.Benchmarks.Cluster;

/// <summary>A control plane under measurement: processes of its own, fresh data on disk, and an HTTPS client of its administrator.</summary>
internal interface ICluster : IAsyncDisposable
{
    /// <summary>What tables call it.</summary>
    string Name { get; }

    HttpClient Http { get; }

    /// <summary>Resident memory of all its processes, in bytes.</summary>
    long ResidentBytes();

    /// <summary>CPU time that all its processes have used so far.</summary>
    TimeSpan CpuTime();
}
