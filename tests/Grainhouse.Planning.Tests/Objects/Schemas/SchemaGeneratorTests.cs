using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using k8s.Models;

namespace Grainhouse.Planning.Tests.Objects.Schemas;

public sealed class SchemaGeneratorTests
{
    /// <summary>Set this variable to write the data anew: after a new KubernetesClient, or a new kind among the roots.</summary>
    private const string UpdateVariable = "GRAINHOUSE_UPDATE_SCHEMAS";

    [Fact]
    public void CommittedText_GeneratedAgain_IsTheSame()
    {
        var generator = new SchemaGenerator(JsonNode.Parse(File.ReadAllText(Beside("kubernetes-1.20.json")))!.AsObject());
        var generated = generator.Generate();
        var folder = Beside("../../../../interfaces/Grainhouse.Interfaces/Schemas");

        if (Environment.GetEnvironmentVariable(UpdateVariable) is { Length: > 0 } xmlFile)
        {
            File.WriteAllText(Path.Combine(folder, "schemas.txt"), generated);
            File.WriteAllBytes(Path.Combine(folder, "descriptions.txt.br"), SchemaDocumentation.Generate(generator.Reached, xmlFile));
        }

        Assert.Equal(File.ReadAllText(Path.Combine(folder, "schemas.txt")), generated);
    }

    private static string Beside(string file, [CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, file);
}
