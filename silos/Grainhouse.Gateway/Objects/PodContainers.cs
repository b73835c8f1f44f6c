using System.Text.Json;
using Grainhouse.Gateway.Tables;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Objects;

/// <summary>Which of a pod's containers a request means.</summary>
internal static class PodContainers
{
    /// <summary>The container that is asked for, or the only one; else why not, in kube-apiserver's words.</summary>
    public static (string Container, ApiStatus? Error) Choose(JsonElement spec, string pod, string asked)
    {
        var main = Names(spec, "containers");
        var init = Names(spec, "initContainers");
        if (asked.Length > 0)
        {
            return main.Contains(asked) || init.Contains(asked) || Names(spec, "ephemeralContainers").Contains(asked)
                ? (asked, null)
                : ("", ApiStatus.BadRequest($"container {asked} is not valid for pod {pod}"));
        }

        if (main.Length == 1)
        {
            return (main[0], null);
        }

        var words = $"a container name must be specified for pod {pod}, choose one of: [{string.Join(' ', main)}]";
        return ("", ApiStatus.BadRequest(init.Length == 0 ? words : $"{words} or one of the init containers: [{string.Join(' ', init)}]"));
    }

    private static string[] Names(JsonElement spec, string list) => [.. spec.At(list).Items().Select(container => container.At("name").Text())];
}
