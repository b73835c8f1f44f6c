namespace Grainhouse.Grains.Scheduling;

/// <summary>The built-in scheduler. Key: its name, <c>default-scheduler</c>.</summary>
[Alias("grainhouse.scheduler")]
internal interface ISchedulerGrain : IGrainWithStringKey
{
    /// <summary>Sees to it that the scheduler runs. Safe to repeat.</summary>
    [Alias("start")]
    Task StartAsync();
}
