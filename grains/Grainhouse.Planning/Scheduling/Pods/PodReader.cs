using System.Buffers;
using System.Text.Json;

namespace Grainhouse.Planning.Scheduling;

/// <summary>Reads a pod in one pass over its bytes: a summary, and a fingerprint of its template.</summary>
/// <remarks>
/// The fingerprint is the bytes of all parts that the template is made from. Equal fingerprints mean equal templates, so a
/// template is parsed once for all pods of a controller. (Equal templates may have different fingerprints: only work is lost.)
/// </remarks>
internal ref struct PodReader
{
    private readonly ReadOnlySpan<byte> document;
    private readonly ArrayBufferWriter<byte> fingerprint;
    private Utf8JsonReader reader;
    private PodSummary summary = new();

    private PodReader(ReadOnlySpan<byte> document, ArrayBufferWriter<byte> fingerprint)
    {
        this.document = document;
        this.fingerprint = fingerprint;
        reader = new Utf8JsonReader(document);
    }

    /// <summary>Reads a pod.</summary>
    /// <param name="document">The pod's document.</param>
    /// <param name="fingerprint">Is cleared and receives the fingerprint.</param>
    public static PodSummary Read(ReadOnlySpan<byte> document, ArrayBufferWriter<byte> fingerprint)
    {
        fingerprint.ResetWrittenCount();
        var pod = new PodReader(document, fingerprint);
        pod.ReadDocument();
        return pod.summary;
    }

    private void ReadDocument()
    {
        reader.Read();
        while (NextProperty())
        {
            if (reader.ValueTextEquals("metadata"u8))
            {
                ReadMetadata();
            }
            else if (reader.ValueTextEquals("spec"u8))
            {
                ReadSpec();
            }
            else if (reader.ValueTextEquals("status"u8))
            {
                ReadStatus();
            }
            else
            {
                reader.Skip();
            }
        }

        summary.TemplateLength = fingerprint.WrittenCount;
        Mark('o');
        var uid = fingerprint.GetSpan(summary.ControllerUid.Length * 3);
        fingerprint.Advance(System.Text.Encoding.UTF8.GetBytes(summary.ControllerUid, uid));
    }

    private void ReadMetadata()
    {
        if (!Enter(JsonTokenType.StartObject))
        {
            return;
        }

        while (NextProperty())
        {
            if (reader.ValueTextEquals("uid"u8))
            {
                summary.Uid = Text();
            }
            else if (reader.ValueTextEquals("creationTimestamp"u8))
            {
                reader.Read();
                summary.CreationSecond = reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time)
                    ? time.ToUnixTimeSeconds()
                    : 0;
            }
            else if (reader.ValueTextEquals("deletionTimestamp"u8))
            {
                reader.Read();
                summary.Deleting = reader.TokenType == JsonTokenType.String;
            }
            else if (reader.ValueTextEquals("ownerReferences"u8))
            {
                ReadOwners();
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadOwners()
    {
        if (!Enter(JsonTokenType.StartArray))
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var uid = "";
            var controller = false;
            while (NextProperty())
            {
                if (reader.ValueTextEquals("uid"u8))
                {
                    uid = Text();
                }
                else if (reader.ValueTextEquals("controller"u8))
                {
                    reader.Read();
                    controller = reader.TokenType == JsonTokenType.True;
                }
                else
                {
                    reader.Skip();
                }
            }

            summary.ControllerUid = controller ? uid : summary.ControllerUid;
        }
    }

    private void ReadSpec()
    {
        if (!Enter(JsonTokenType.StartObject))
        {
            return;
        }

        while (NextProperty())
        {
            if (reader.ValueTextEquals("nodeName"u8))
            {
                summary.Node = Text();
            }
            else if (reader.ValueTextEquals("schedulerName"u8))
            {
                summary.SchedulerName = Text();
            }
            else if (reader.ValueTextEquals("schedulingGates"u8))
            {
                summary.Gated = HasItems();
            }
            else if (reader.ValueTextEquals("containers"u8))
            {
                ReadContainers('c');
            }
            else if (reader.ValueTextEquals("initContainers"u8))
            {
                ReadContainers('i');
            }
            else if (!TakeSpecPart())
            {
                reader.Skip();
            }
        }
    }

    private bool TakeSpecPart()
    {
        var mark = reader.ValueTextEquals("nodeSelector"u8) ? 's'
            : reader.ValueTextEquals("affinity"u8) ? 'a'
            : reader.ValueTextEquals("tolerations"u8) ? 't'
            : reader.ValueTextEquals("overhead"u8) ? 'v'
            : reader.ValueTextEquals("priority"u8) ? 'p'
            : reader.ValueTextEquals("hostNetwork"u8) ? 'h'
            : '\0';
        if (mark == '\0')
        {
            return false;
        }

        Take(mark);
        return true;
    }

    private void ReadContainers(char list)
    {
        if (!Enter(JsonTokenType.StartArray))
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            Mark(list);
            while (NextProperty())
            {
                if (reader.ValueTextEquals("image"u8))
                {
                    Take('m');
                }
                else if (reader.ValueTextEquals("resources"u8))
                {
                    Take('r');
                }
                else if (reader.ValueTextEquals("ports"u8))
                {
                    Take('n');
                }
                else if (reader.ValueTextEquals("restartPolicy"u8))
                {
                    Take('w');
                }
                else
                {
                    reader.Skip();
                }
            }
        }
    }

    private void ReadStatus()
    {
        if (!Enter(JsonTokenType.StartObject))
        {
            return;
        }

        while (NextProperty())
        {
            if (reader.ValueTextEquals("phase"u8))
            {
                reader.Read();
                summary.Terminal = reader.TokenType == JsonTokenType.String
                    && (reader.ValueTextEquals("Succeeded"u8) || reader.ValueTextEquals("Failed"u8));
            }
            else if (reader.ValueTextEquals("startTime"u8))
            {
                reader.Read();
                summary.Started = reader.TokenType == JsonTokenType.String;
            }
            else if (reader.ValueTextEquals("conditions"u8))
            {
                ReadConditions();
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadConditions()
    {
        if (!Enter(JsonTokenType.StartArray))
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            // A look at the type first: a condition's texts are only read of the one that matters.
            var start = reader;
            var scheduled = false;
            while (NextProperty())
            {
                var type = reader.ValueTextEquals("type"u8);
                reader.Read();
                scheduled |= type && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("PodScheduled"u8);
                reader.Skip();
            }

            if (scheduled)
            {
                var end = reader;
                reader = start;
                ReadScheduledCondition();
                reader = end;
            }
        }
    }

    private void ReadScheduledCondition()
    {
        while (NextProperty())
        {
            if (reader.ValueTextEquals("status"u8))
            {
                summary.ConditionStatus = Text();
            }
            else if (reader.ValueTextEquals("reason"u8))
            {
                summary.ConditionReason = Text();
            }
            else if (reader.ValueTextEquals("message"u8))
            {
                summary.ConditionMessage = Text();
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private bool NextProperty() => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    private bool Enter(JsonTokenType type)
    {
        reader.Read();
        if (reader.TokenType == type)
        {
            return true;
        }

        reader.Skip();
        return false;
    }

    private string Text()
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
    }

    private bool HasItems()
    {
        if (!Enter(JsonTokenType.StartArray))
        {
            return false;
        }

        var any = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            any = true;
            reader.Skip();
        }

        return any;
    }

    private readonly void Mark(char mark)
    {
        // No byte of UTF-8 text is 0xFF, so a mark is never mistaken for a value.
        var span = fingerprint.GetSpan(2);
        span[0] = 0xFF;
        span[1] = (byte)mark;
        fingerprint.Advance(2);
    }

    private void Take(char mark)
    {
        Mark(mark);
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        fingerprint.Write(document[start..(int)reader.BytesConsumed]);
    }
}
