using Grainhouse.Interfaces.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Grainhouse.Storage.Grains;

/// <summary>Puts Orleans' own state into the object store.</summary>
public static class ObjectStoreSiloBuilderExtensions
{
    /// <summary>Keeps reminders in the object store.</summary>
    public static ISiloBuilder UseObjectStoreReminders(this ISiloBuilder builder)
    {
        builder.AddReminders();
        builder.Services.AddSingleton<IReminderTable, ObjectStoreReminderTable>();
        return builder;
    }

    /// <summary>Keeps grain state in the object store, in Orleans' own binary form, which tolerates added and removed fields.</summary>
    /// <param name="builder">The silo.</param>
    /// <param name="name">The provider's name, as grains ask for it; <c>Default</c> for those that do not.</param>
    public static ISiloBuilder AddObjectStoreGrainStorage(this ISiloBuilder builder, string name)
    {
        builder.Services.AddGrainStorage(name, static (provider, _) => new ObjectStoreGrainStorage(
            provider.GetRequiredService<IObjectStore>(),
            new OrleansGrainStorageSerializer(provider.GetRequiredService<Serializer>()),
            provider.GetRequiredService<IActivatorProvider>()));
        return builder;
    }
}
