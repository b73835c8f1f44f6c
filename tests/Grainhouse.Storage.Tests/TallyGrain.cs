using Orleans;
using Orleans.Runtime;

namespace Grainhouse.Storage.Tests;

/// <summary>A grain with durable state and a reminder.</summary>
[Alias("grainhouse.tests.tally")]
public interface ITallyGrain : IGrainWithStringKey
{
    /// <summary>Adds to the tally, durably.</summary>
    [Alias("add")]
    Task<int> AddAsync(int amount);

    /// <summary>Sets a reminder.</summary>
    [Alias("remind")]
    Task RemindAsync(string name);

    /// <summary>The names of its reminders.</summary>
    [Alias("reminders")]
    Task<string[]> RemindersAsync();
}

[GenerateSerializer, Alias("grainhouse.tests.tallystate")]
internal sealed class TallyState
{
    [Id(0)]
    public int Total { get; set; }
}

internal sealed class TallyGrain([PersistentState("tally")] IPersistentState<TallyState> state) : Grain, ITallyGrain, IRemindable
{
    public async Task<int> AddAsync(int amount)
    {
        state.State.Total += amount;
        await state.WriteStateAsync();
        return state.State.Total;
    }

    public Task RemindAsync(string name) => this.RegisterOrUpdateReminder(name, TimeSpan.FromHours(1), TimeSpan.FromHours(1));

    public async Task<string[]> RemindersAsync() => [.. (await this.GetReminders()).Select(reminder => reminder.ReminderName).Order(StringComparer.Ordinal)];

    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;
}
