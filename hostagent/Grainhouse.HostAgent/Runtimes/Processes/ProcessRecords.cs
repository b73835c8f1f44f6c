using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>What is kept of a sandbox beside it.</summary>
internal sealed record SandboxRecord
{
    public required PodIdentity Pod { get; init; }

    public int Attempt { get; init; }

    public string Hostname { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>What is kept of a container beside it. Not its environment, which may hold secrets.</summary>
internal sealed record ContainerRecord
{
    public required string Name { get; init; }

    public int Attempt { get; init; }

    /// <summary>The image that the spec named, if any: shown, not used.</summary>
    public string Image { get; init; } = "";

    /// <summary>The kernel's id of its run: process ids mean nothing after a restart of the host.</summary>
    public string BootId { get; init; } = "";

    /// <summary>Whether it has an input to attach to.</summary>
    public bool Stdin { get; init; }

    /// <summary>Whether its input ends with the first attachment.</summary>
    public bool StdinOnce { get; init; }

    /// <summary>Whether it has a terminal.</summary>
    public bool Tty { get; init; }

    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;
}

[JsonSerializable(typeof(SandboxRecord))]
[JsonSerializable(typeof(ContainerRecord))]
internal sealed partial class ProcessRecordsContext : JsonSerializerContext;

/// <summary>Reads and writes records, whole or not at all.</summary>
internal static class RecordFile
{
    /// <summary>The record; null if there is none.</summary>
    public static T? Read<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public static async Task WriteAsync<T>(string path, T record, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var temporary = path + ".new";
        await File.WriteAllBytesAsync(temporary, JsonSerializer.SerializeToUtf8Bytes(record, type), cancellationToken);
        File.Move(temporary, path, overwrite: true);
    }
}
