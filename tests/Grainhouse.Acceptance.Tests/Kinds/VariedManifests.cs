namespace Grainhouse.Acceptance.Tests.Kinds;

/// <summary>A hundred manifests over all kinds, for whatever can be done with any object.</summary>
/// <remarks>
/// They go into the namespace <see cref="Space"/>, as some name it. What is in no namespace begins with <c>varied</c>, and everything has the
/// label <c>set=varied</c>. Nothing of it runs: replicas are none, jobs are suspended, pods ask for a node that there is not. Numbers and lists are
/// written as the server shows them, so that an apply of the same again has nothing to change.
/// </remarks>
internal static class VariedManifests
{
    /// <summary>Their namespace; the test makes it and deletes it.</summary>
    public const string Space = "varied";

    /// <summary>How many there must be at least.</summary>
    public const int Least = 100;

    /// <summary>The folder, for <c>kubectl -f</c>.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "Grainhouse.Acceptance.Tests", "Kinds", "manifests");

    /// <summary>kubectl in their namespace, which is made anew.</summary>
    public static Task<Kubectl> BeginAsync(Cluster cluster) => cluster.NamespaceAsync(Space);

    /// <summary>Makes their namespace, if it is not there yet.</summary>
    public static async Task EnsureSpaceAsync(Cluster cluster)
    {
        var answer = await cluster.Api.PostAsync("/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{Space}}}"}}""");
        Assert.True(answer.StatusCode is 201 or 409, $"{answer}");
    }

    /// <summary>What is there of them, in all kinds that can be listed: one name a line.</summary>
    public static async Task<string> LeftAsync(Kubectl kubectl)
    {
        var kinds = (await kubectl.OkAsync("api-resources", "--verbs=list", "-o", "name")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return await kubectl.OkAsync("get", string.Join(',', kinds), "--all-namespaces", "-l", "set=varied", "-o", "name");
    }
}
