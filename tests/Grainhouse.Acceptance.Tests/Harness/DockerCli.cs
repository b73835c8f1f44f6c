using System.Text.Json;

namespace Grainhouse.Acceptance.Tests.Harness;

/// <summary>What runs in Docker, as Docker itself says.</summary>
internal static class DockerCli
{
    public static async Task<string> OkAsync(params string[] arguments) => (await Command.RunAsync("docker", arguments)).Ok().Trim();

    /// <summary>The ids of a pod's containers, from its status, without the <c>docker://</c>.</summary>
    public static async Task<string[]> ContainersOfAsync(Kubectl kubectl, string podsOrSelector)
    {
        var ids = await kubectl.OkAsync(
            ["get", .. podsOrSelector.Split(' '), "-o", "jsonpath={range .items[*].status.containerStatuses[*]}{.containerID}{\"\\n\"}{end}"]);
        return [.. ids.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(id => id.Replace("docker://", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    /// <summary>One container as <c>docker inspect</c> shows it; null if there is none.</summary>
    public static async Task<JsonElement?> InspectAsync(string id)
    {
        var result = await Command.RunAsync("docker", ["inspect", "--type", "container", id]);
        return result.ExitCode == 0 ? JsonDocument.Parse(result.Output).RootElement[0] : null;
    }

    public static async Task<bool> RunsAsync(string id) =>
        await InspectAsync(id) is { } container && container.GetProperty("State").GetProperty("Running").GetBoolean();

    /// <summary>The host's id of a container's first process.</summary>
    public static async Task<int> ProcessIdAsync(string id) => int.Parse(await OkAsync("inspect", "--format", "{{.State.Pid}}", id));
}
