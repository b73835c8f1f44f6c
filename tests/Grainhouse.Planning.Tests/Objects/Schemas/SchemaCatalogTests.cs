using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Schemas;

namespace Grainhouse.Planning.Tests.Objects.Schemas;

public sealed class SchemaCatalogTests
{
    [Fact]
    public void For_EveryKindThatCanBeWritten_HasItsDefinition()
    {
        foreach (var resource in ResourceCatalog.All.Where(resource => !resource.ReadOnly))
        {
            var definition = SchemaCatalog.For(resource);

            Assert.Equal($"{resource.Group}/{resource.Version}/{resource.Kind}", definition.GroupVersionKind);
            Assert.NotNull(definition.Find("metadata")!.Type.Definition);
            Assert.NotNull(SchemaCatalog.Find(resource.Schema + "List"));
        }
    }

    [Fact]
    public void Find_EveryReference_IsThere()
    {
        foreach (var definition in SchemaCatalog.Names.Select(name => SchemaCatalog.Find(name)!))
        {
            foreach (var property in definition.Properties)
            {
                Assert.Same(property, definition.Find(property.Name));
                for (var type = property.Type; type is not null; type = type.Items)
                {
                    Assert.True(type.Kind != SchemaKind.Object || type.Definition is not null, $"{definition.Name}.{property.Name}: {type.DefinitionName}");
                }
            }
        }
    }

    [Fact]
    public void Find_PodSpec_KnowsMergeKeysAndNewFields()
    {
        var spec = SchemaCatalog.Find("io.k8s.api.core.v1.PodSpec")!;

        Assert.Equal(("name", PatchStrategies.Merge), (spec.Find("containers")!.MergeKey, spec.Find("containers")!.Strategies));
        Assert.Equal(PatchStrategies.Merge | PatchStrategies.RetainKeys, spec.Find("volumes")!.Strategies);
        Assert.Equal("[]v1.Container", spec.Find("containers")!.Type.GoName);
        Assert.True(spec.Find("containers")!.Required);
        Assert.NotNull(spec.Find("schedulingGates"));
        Assert.Null(spec.Find("nothing"));
        Assert.Null(SchemaCatalog.Find("nothing"));
    }

    [Fact]
    public void Descriptions_OfKindsAndFields_AreUpstreams()
    {
        var deployment = SchemaCatalog.For(ResourceCatalog.Deployments);

        Assert.Contains("Deployment enables declarative updates", SchemaDescriptions.Of(deployment), StringComparison.Ordinal);
        Assert.NotEmpty(SchemaDescriptions.Of(deployment, deployment.Find("spec")!));
    }
}
