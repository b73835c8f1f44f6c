using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Admission.Quotas;

/// <summary>Requests and limits by the names that quotas have for them: <c>cpu</c> is the same as <c>requests.cpu</c>.</summary>
internal static class ComputeUsage
{
    private static readonly string[] Native = ["cpu", "memory", "ephemeral-storage"];

    /// <summary>The usage of one pod, or of one container taken alone.</summary>
    public static ResourceAmounts Of(ResourceAmounts requests, ResourceAmounts limits)
    {
        var usage = new ResourceAmounts { ["pods"] = new Quantity(1) };
        foreach (var (name, amount) in requests)
        {
            if (Native.Contains(name) || name.StartsWith("hugepages-", StringComparison.Ordinal))
            {
                usage[name] = amount;
            }

            usage["requests." + name] = amount;
        }

        foreach (var (name, amount) in limits.Where(limit => Native.Contains(limit.Key)))
        {
            usage["limits." + name] = amount;
        }

        return usage;
    }
}
