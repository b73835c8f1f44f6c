using System.Text.Json.Nodes;
using Grainhouse.Client;

namespace Grainhouse.Cli.Commands;

/// <summary>Applies manifests in their order and says what each did.</summary>
internal static class ManifestApplier
{
    public static async Task<IReadOnlyList<AppliedObject>> ApplyAsync(
        GrainhouseClient client, IReadOnlyList<JsonObject> manifests, TextWriter output, CancellationToken cancellationToken)
    {
        List<AppliedObject> applied = [];
        foreach (var manifest in manifests)
        {
            var reference = ObjectReference.Of(manifest);
            try
            {
                var result = await client.ApplyAsync(manifest, cancellationToken);
                applied.Add(result);
                await output.WriteLineAsync($"{reference} {result.Change.ToString().ToLowerInvariant()}");
            }
            catch (ApiException error)
            {
                throw new CliException($"{reference} could not be applied: {error.Message}", ExitCode.Failure, error);
            }
        }

        return applied;
    }
}
