namespace Grainhouse.Interfaces.Schemas;

/// <summary>What sort of value a field holds.</summary>
public enum SchemaKind
{
    /// <summary>Any JSON: RawExtension, FieldsV1.</summary>
    Any = 0,

    /// <summary>Text.</summary>
    Text = 1,

    /// <summary>A whole number of 32 bits.</summary>
    Int32 = 2,

    /// <summary>A whole number of 64 bits.</summary>
    Int64 = 3,

    /// <summary>A number with a fraction.</summary>
    Double = 4,

    /// <summary>True or false.</summary>
    Boolean = 5,

    /// <summary>Bytes as base64 text.</summary>
    Bytes = 6,

    /// <summary>meta/v1 Time: RFC 3339, whole seconds.</summary>
    Time = 7,

    /// <summary>meta/v1 MicroTime: RFC 3339 with microseconds.</summary>
    MicroTime = 8,

    /// <summary>A resource quantity, text or number.</summary>
    Quantity = 9,

    /// <summary>A whole number or text (a port, a percentage).</summary>
    IntOrString = 10,

    /// <summary>A list of <see cref="SchemaType.Items"/>.</summary>
    List = 11,

    /// <summary>A map from text to <see cref="SchemaType.Items"/>.</summary>
    Map = 12,

    /// <summary>An object with the fields of <see cref="SchemaType.Definition"/>.</summary>
    Object = 13,
}

/// <summary>The type of a field. Immutable; definitions are read when they are first asked for.</summary>
public sealed class SchemaType
{
    private SchemaDefinition? definition;

    internal SchemaType(SchemaKind kind, SchemaType? items = null, string definitionName = "")
    {
        Kind = kind;
        Items = items;
        DefinitionName = definitionName;
    }

    /// <summary>The sort of value.</summary>
    public SchemaKind Kind { get; }

    /// <summary>The type of a list's items or of a map's values; null for other kinds.</summary>
    public SchemaType? Items { get; }

    /// <summary>As in <c>io.k8s.api.core.v1.PodSpec</c>; empty unless <see cref="Kind"/> is <see cref="SchemaKind.Object"/>.</summary>
    public string DefinitionName { get; }

    /// <summary>The fields of an object; null for other kinds.</summary>
    public SchemaDefinition? Definition => Kind == SchemaKind.Object ? definition ??= SchemaCatalog.Find(DefinitionName) : null;

    /// <summary>What of a list's item or of a map's value can be owned by itself in server-side apply.</summary>
    public FieldShape ItemShape => Kind switch
    {
        SchemaKind.Any => FieldShape.AsFound,
        SchemaKind.Map => FieldShape.Members,
        SchemaKind.Object => AtomicMaps.Has(DefinitionName) ? FieldShape.Whole : FieldShape.Members,
        _ => FieldShape.Whole,
    };

    /// <summary>The type's name in Go, which upstream's messages use, as in <c>[]v1.Container</c>.</summary>
    public string GoName => Kind switch
    {
        SchemaKind.Text => "string",
        SchemaKind.Int32 => "int32",
        SchemaKind.Int64 => "int64",
        SchemaKind.Double => "float64",
        SchemaKind.Boolean => "bool",
        SchemaKind.Bytes => "[]uint8",
        SchemaKind.Time => "v1.Time",
        SchemaKind.MicroTime => "v1.MicroTime",
        SchemaKind.Quantity => "resource.Quantity",
        SchemaKind.IntOrString => "intstr.IntOrString",
        SchemaKind.List => "[]" + Items!.GoName,
        SchemaKind.Map when Items!.Kind == SchemaKind.Quantity => "v1.ResourceList",
        SchemaKind.Map => "map[string]" + Items!.GoName,
        SchemaKind.Object => "v1." + DefinitionName[(DefinitionName.LastIndexOf('.') + 1)..],
        _ => "interface {}",
    };
}
