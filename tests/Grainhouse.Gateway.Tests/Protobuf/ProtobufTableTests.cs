using Grainhouse.Gateway.Protobuf;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Schemas;

namespace Grainhouse.Gateway.Tests.Protobuf;

public sealed class ProtobufTableTests
{
    [Fact]
    public void Table_EveryKindServed_HasEveryFieldOfItsSchema()
    {
        var misfits = new List<string>();
        var seen = new HashSet<string>();
        foreach (var resource in ResourceCatalog.Served.Where(resource => resource.Schema.Length > 0))
        {
            if (ProtobufTable.Find(resource.ApiVersion, resource.Kind) is { } message)
            {
                Compare(SchemaCatalog.For(resource), message, seen, misfits);
            }
            else
            {
                misfits.Add($"{resource.ApiVersion} {resource.Kind}");
            }
        }

        Assert.True(misfits.Count == 0, string.Join('\n', misfits));
    }

    private static void Compare(SchemaDefinition definition, ProtobufMessage message, HashSet<string> seen, List<string> misfits)
    {
        if (!seen.Add(definition.Name))
        {
            return;
        }

        foreach (var property in definition.Properties)
        {
            var at = $"{definition.Name}.{property.Name}";

            // The type of an object stands in the envelope.
            if (property.Name is "apiVersion" or "kind" && definition.GroupVersionKind.Length > 0)
            {
                continue;
            }

            if (message.Find(System.Text.Encoding.UTF8.GetBytes(property.Name)) is not { Field: var field })
            {
                misfits.Add($"{at} has no field");
            }
            else if (!Fits(property.Type, field))
            {
                misfits.Add($"{at} is a {property.Type.GoName} and in protobuf a {(field.Repeated ? "list of " : field.Map ? "map of " : "")}{field.Type}");
            }
            else if ((property.Type.Items ?? property.Type).Definition is { } inner && field.Type == ProtobufType.Message)
            {
                Compare(inner, field.Target, seen, misfits);
            }
        }
    }

    private static bool Fits(SchemaType type, ProtobufField field) => type.Kind switch
    {
        SchemaKind.List when field is { Type: ProtobufType.Message, Target.Whole: { } whole } && !field.Repeated => Fits(type, whole),
        SchemaKind.List => field.Repeated && FitsOne(type.Items!, field),
        SchemaKind.Map => field.Map && FitsOne(type.Items!, field),
        _ => !field.Repeated && !field.Map && FitsOne(type, field),
    };

    private static bool FitsOne(SchemaType type, ProtobufField field) => type.Kind switch
    {
        SchemaKind.Any => field.Type == ProtobufType.Json,
        SchemaKind.Text => field.Type == ProtobufType.Text,
        SchemaKind.Int32 or SchemaKind.Int64 => field.Type == ProtobufType.Integer,
        SchemaKind.Double => field.Type == ProtobufType.Real,
        SchemaKind.Boolean => field.Type == ProtobufType.Boolean,
        SchemaKind.Bytes => field.Type == ProtobufType.Bytes,
        SchemaKind.Time => field is { Type: ProtobufType.Time, Micro: false },
        SchemaKind.MicroTime => field is { Type: ProtobufType.Time, Micro: true },
        SchemaKind.Quantity => field.Type == ProtobufType.Quantity,
        SchemaKind.IntOrString => field.Type == ProtobufType.IntOrString,
        SchemaKind.List => field is { Type: ProtobufType.Message, Target.Whole: not null },
        _ => field.Type == ProtobufType.Message,
    };
}
