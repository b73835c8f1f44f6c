using System.Collections.Immutable;
using System.Text;
using Grainhouse.HostAgent.Pods;
using k8s.Models;

namespace Grainhouse.HostAgent.Volumes;

/// <summary>Decides what has to be on the host for a pod's volumes. Pure.</summary>
public static class VolumePlanner
{
    private const int DefaultMode = 0b110_100_100;

    /// <summary>The plan for all volumes of a pod.</summary>
    public static PlannedVolumes Plan(PodState state, V1Pod pod, ImmutableDictionary<ConfigName, ConfigData> objects)
    {
        var plans = ImmutableArray.CreateBuilder<VolumePlan>();
        foreach (var volume in pod.Spec.Volumes ?? [])
        {
            var collector = new FileCollector(state with { Pod = pod, Objects = objects });
            if (PlanOne(state, volume, collector) is { } plan)
            {
                plans.Add(plan);
            }
            else
            {
                collector.Fail("volume plugin not supported by this node");
            }

            if (collector.Error.Length > 0)
            {
                return new PlannedVolumes([], $"MountVolume.SetUp failed for volume \"{volume.Name}\" : {collector.Error}");
            }
        }

        return new PlannedVolumes(plans.ToImmutable(), "");
    }

    private static VolumePlan? PlanOne(PodState state, V1Volume volume, FileCollector files)
    {
        if (VolumePaths.Of(state.Facts.DirectoryOf(state.Identity.Uid), volume) is not { } path)
        {
            return null;
        }

        switch (volume)
        {
            case { HostPath: { } host }:
                return new VolumePlan.Host(path, host.Type ?? "");
            case { EmptyDir: { } empty }:
                return new VolumePlan.Empty(path, empty.Medium == "Memory", empty.SizeLimit is { } limit ? (long)limit.ToDecimal() : 0);
            case { ConfigMap: { } map }:
                files.AddObject(isSecret: false, map.Name ?? "", map.Items, map.Optional == true, map.DefaultMode ?? DefaultMode);
                return new VolumePlan.Files(path, Secret: false, files.Content);
            case { Secret: { } secret }:
                files.AddObject(isSecret: true, secret.SecretName ?? "", secret.Items, secret.Optional == true, secret.DefaultMode ?? DefaultMode);
                return new VolumePlan.Files(path, Secret: true, files.Content);
            case { DownwardAPI: { } downward }:
                files.AddFields(downward.Items, downward.DefaultMode ?? DefaultMode);
                return new VolumePlan.Files(path, Secret: false, files.Content);
            case { Projected: { } projected }:
                AddSources(projected, files);
                return new VolumePlan.Files(path, Secret: true, files.Content);
            default:
                return null;
        }
    }

    private static void AddSources(V1ProjectedVolumeSource projected, FileCollector files)
    {
        var mode = projected.DefaultMode ?? DefaultMode;
        foreach (var source in projected.Sources ?? [])
        {
            switch (source)
            {
                case { ConfigMap: { } map }:
                    files.AddObject(isSecret: false, map.Name ?? "", map.Items, map.Optional == true, mode);
                    break;
                case { Secret: { } secret }:
                    files.AddObject(isSecret: true, secret.Name ?? "", secret.Items, secret.Optional == true, mode);
                    break;
                case { DownwardAPI: { } downward }:
                    files.AddFields(downward.Items, mode);
                    break;
                default:
                    files.Fail("projected source not supported by this node");
                    break;
            }
        }
    }
}
