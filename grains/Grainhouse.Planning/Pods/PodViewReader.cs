using System.Collections.Immutable;
using System.Text.Json;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Pods;

/// <summary>Reads a <see cref="PodView"/> in one pass over the document.</summary>
internal static class PodViewReader
{
    public static PodView Read(KubeObject pod)
    {
        var view = new PodView(pod);
        var reader = new Utf8JsonReader(pod.Document.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("spec"u8))
            {
                reader.Read();
                ReadSpec(ref reader, view);
            }
            else if (reader.ValueTextEquals("status"u8))
            {
                reader.Read();
                ReadStatus(ref reader, view);
            }
            else
            {
                reader.Skip();
            }
        }

        return view;
    }

    private static void ReadSpec(ref Utf8JsonReader reader, PodView view)
    {
        if (!Enter(ref reader))
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("nodeName"u8))
            {
                view.Node = Text(ref reader);
            }
            else if (reader.ValueTextEquals("hostname"u8))
            {
                view.Hostname = Text(ref reader);
            }
            else if (reader.ValueTextEquals("subdomain"u8))
            {
                view.Subdomain = Text(ref reader);
            }
            else if (reader.ValueTextEquals("containers"u8))
            {
                reader.Read();
                view.Ports = ReadContainers(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static ImmutableArray<NamedPort> ReadContainers(ref Utf8JsonReader reader)
    {
        ImmutableArray<NamedPort>.Builder? ports = null;
        if (!Enter(ref reader))
        {
            return [];
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!Enter(ref reader))
            {
                continue;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isPorts = reader.ValueTextEquals("ports"u8);
                reader.Read();
                if (!isPorts || reader.TokenType != JsonTokenType.StartArray)
                {
                    reader.Skip();
                    continue;
                }

                while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                {
                    ReadPort(ref reader, ref ports);
                }
            }
        }

        return ports?.ToImmutable() ?? [];
    }

    private static void ReadPort(ref Utf8JsonReader reader, ref ImmutableArray<NamedPort>.Builder? ports)
    {
        var (name, protocol, number) = ("", "TCP", 0);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                name = Text(ref reader);
            }
            else if (reader.ValueTextEquals("protocol"u8))
            {
                protocol = Text(ref reader) is { Length: > 0 } given ? given : protocol;
            }
            else if (reader.ValueTextEquals("containerPort"u8))
            {
                number = Int(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        if (name.Length > 0)
        {
            (ports ??= ImmutableArray.CreateBuilder<NamedPort>()).Add(new NamedPort(name, protocol, number));
        }
    }

    private static void ReadStatus(ref Utf8JsonReader reader, PodView view)
    {
        if (!Enter(ref reader))
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("phase"u8))
            {
                view.Phase = ReadPhase(ref reader);
            }
            else if (reader.ValueTextEquals("podIP"u8))
            {
                view.Ip = Text(ref reader);
            }
            else if (reader.ValueTextEquals("conditions"u8))
            {
                reader.Read();
                ReadConditions(ref reader, view);
            }
            else if (reader.ValueTextEquals("containerStatuses"u8))
            {
                reader.Read();
                view.Restarts = ReadRestarts(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void ReadConditions(ref Utf8JsonReader reader, PodView view)
    {
        if (!Enter(ref reader))
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var (isReady, status) = (false, false);
            DateTimeOffset? since = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("type"u8))
                {
                    reader.Read();
                    isReady = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("Ready"u8);
                }
                else if (reader.ValueTextEquals("status"u8))
                {
                    reader.Read();
                    status = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("True"u8);
                }
                else if (reader.ValueTextEquals("lastTransitionTime"u8))
                {
                    reader.Read();
                    since = reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time) ? time : null;
                }
                else
                {
                    reader.Skip();
                }
            }

            if (isReady)
            {
                view.Ready = status;
                view.ReadySince = since;
            }
        }
    }

    private static int ReadRestarts(ref Utf8JsonReader reader)
    {
        var restarts = 0;
        if (!Enter(ref reader))
        {
            return restarts;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("restartCount"u8))
                {
                    restarts += Int(ref reader);
                }
                else
                {
                    reader.Skip();
                }
            }
        }

        return restarts;
    }

    private static string ReadPhase(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType != JsonTokenType.String ? PodPhases.Pending
            : reader.ValueTextEquals("Running"u8) ? PodPhases.Running
            : reader.ValueTextEquals("Succeeded"u8) ? PodPhases.Succeeded
            : reader.ValueTextEquals("Failed"u8) ? PodPhases.Failed
            : reader.ValueTextEquals("Unknown"u8) ? PodPhases.Unknown
            : PodPhases.Pending;
    }

    /// <summary>Whether the value is an array or object, so that its members follow; skips any other value.</summary>
    private static bool Enter(ref Utf8JsonReader reader) => reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;

    private static string Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString()!;
        }

        reader.Skip();
        return "";
    }

    private static int Int(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var value))
        {
            return value;
        }

        reader.Skip();
        return 0;
    }
}
