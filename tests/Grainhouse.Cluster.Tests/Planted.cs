namespace Grainhouse.Cluster.Tests;

/// <summary>Objects whose grains live on one silo: a grain starts where it is first asked for, mostly.</summary>
internal static class Planted
{
    private const int Count = 30;

    /// <summary>Makes some through a silo's gateway; returns their paths.</summary>
    public static Task<string[]> OnAsync(Silo silo, string prefix) => Task.WhenAll(Enumerable.Range(0, Count).Select(async number =>
    {
        var name = $"{prefix}-{number}";
        (await silo.Api.PostAsync(Writer.Path, $$"""{"metadata":{"name":"{{name}}"} }""")).Ok();
        return $"{Writer.Path}/{name}";
    }));
}
