namespace Grainhouse.Interfaces.Grains;

/// <summary>What is said of the use that nodes and pods make of their machines.</summary>
public static class NodeUsage
{
    /// <summary>Over about how long CPU use is averaged: as long as metrics-server waits between two looks by default.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(15);
}
