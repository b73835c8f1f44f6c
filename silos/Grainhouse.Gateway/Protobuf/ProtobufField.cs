namespace Grainhouse.Gateway.Protobuf;

/// <summary>How a field's bytes become JSON.</summary>
internal enum ProtobufType
{
    /// <summary>A string.</summary>
    Text,

    /// <summary>Bytes, base64 in JSON.</summary>
    Bytes,

    /// <summary>A boolean.</summary>
    Boolean,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A double.</summary>
    Real,

    /// <summary>meta/v1 Time or MicroTime: seconds and nanoseconds.</summary>
    Time,

    /// <summary>A quantity: its text in field 1.</summary>
    Quantity,

    /// <summary>An IntOrString: type, number, text.</summary>
    IntOrString,

    /// <summary>JSON in field 1.</summary>
    Json,

    /// <summary>Another message.</summary>
    Message,
}

/// <summary>One field of a message.</summary>
internal sealed class ProtobufField(string name, ProtobufType type, string message)
{
    /// <summary>Its name in JSON.</summary>
    public string Name { get; } = name;

    /// <summary>How it is read.</summary>
    public ProtobufType Type { get; } = type;

    /// <summary>The message's name, for <see cref="ProtobufType.Message"/>.</summary>
    public string Message { get; } = message;

    /// <summary>Whether it is a number on the wire; all else has a length.</summary>
    public bool IsNumber => Type is ProtobufType.Boolean or ProtobufType.Integer or ProtobufType.Real;

    /// <summary>A list of them.</summary>
    public bool Repeated { get; init; }

    /// <summary>A map from strings to them.</summary>
    public bool Map { get; init; }

    /// <summary>The message's fields stand in the JSON of the one around it.</summary>
    public bool Inline { get; init; }

    /// <summary>The field of a message whose JSON is that list itself.</summary>
    public bool Whole => Name == "*";

    /// <summary>The message's fields, for <see cref="ProtobufType.Message"/>.</summary>
    public ProtobufMessage Target { get; internal set; } = ProtobufMessage.Empty;

    /// <summary>Zero is a value of its own. Else it is what an absent field reads as, and is left out.</summary>
    public bool KeepsZero { get; init; }

    /// <summary>Fractions of seconds are six digits (MicroTime).</summary>
    public bool Micro { get; init; }
}
