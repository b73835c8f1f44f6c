using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Serialization;

namespace Grainhouse.Contracts.Tests.Messages;

/// <summary>Silos of neighbouring versions read each other's messages.</summary>
public sealed class MessageTests : IDisposable
{
    private const string Folder = "messages";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly ServiceProvider services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    private Serializer Serializer => services.GetRequiredService<Serializer>();

    public void Dispose() => services.Dispose();

    [Fact]
    public void SavedMessages_AreReadAsTheyWereMeant()
    {
        var faults = new List<string>();
        var files = CorpusFiles.In(Folder).ToList();
        foreach (var file in files)
        {
            var saved = JsonNode.Parse(File.ReadAllText(file))!;
            var read = Serializer.Deserialize<object>(Convert.FromBase64String(saved["bytes"]!.GetValue<string>()));
            var fault = WireForm.Missing(saved["means"], WireForm.Of(read));
            faults.AddRange(fault.Length > 0 ? [$"{Path.GetFileName(file)}: {fault}"] : []);
        }

        Assert.Empty(faults);
        Assert.NotEmpty(files);
    }

    [Fact]
    public async Task EveryMessage_IsInTheCorpus()
    {
        foreach (var (name, message) in Samples.All())
        {
            await CorpusFiles.RequireAsync($"{Folder}/{name}.json", () => Task.FromResult(JsonSerializer.SerializeToUtf8Bytes(
                new JsonObject { ["bytes"] = Convert.ToBase64String(Serializer.SerializeToArray<object>(message)), ["means"] = WireForm.Of(message) }, Indented)));
        }
    }

    [Fact]
    public void EveryMessage_OfThisVersion_IsReadByThisVersion()
    {
        foreach (var (name, message) in Samples.All())
        {
            var meant = WireForm.Of(message);

            var read = WireForm.Of(Serializer.Deserialize<object>(Serializer.SerializeToArray<object>(message)));

            Assert.True(JsonNode.DeepEquals(meant, read), $"{name}: {WireForm.Missing(meant, read)}");
        }
    }

    [Fact]
    public void EverySerialisableType_HasAnAliasOfItsOwnAndASample()
    {
        var sampled = Samples.All().Select(sample => sample.Message.GetType()).ToHashSet();
        foreach (var type in Samples.Types)
        {
            Assert.True(type.GetCustomAttribute<AliasAttribute>() is not null, $"{type} has no [Alias]: to rename it would break the cluster.");
            Assert.True(sampled.Contains(type) || IsSurrogate(type), $"{type} has no sample: add one to Samples.");
        }

        Assert.Empty(Samples.Types.GroupBy(type => type.GetCustomAttribute<AliasAttribute>()!.Alias).Where(same => same.Count() > 1).Select(same => same.Key));
    }

    [Fact]
    public void EveryGrainInterface_AndEveryMethodOfIt_HasAnAlias()
    {
        Assert.NotEmpty(Samples.Interfaces);
        foreach (var type in Samples.Interfaces)
        {
            Assert.True(type.GetCustomAttribute<AliasAttribute>() is not null, $"{type} has no [Alias].");
            foreach (var method in type.GetMethods())
            {
                Assert.True(method.GetCustomAttribute<AliasAttribute>() is not null, $"{type}.{method.Name} has no [Alias].");
            }
        }
    }

    [Theory]
    [InlineData("""{"0":"a","1":["x"]}""", """{"0":"a","1":["x"],"2":"new"}""", "")]
    [InlineData("""{"0":"a"}""", """{"0":"b"}""", "/0 was \"a\" and is read as \"b\"")]
    [InlineData("""{"0":"a","1":null}""", """{"1":null}""", "/0 was \"a\" and is read as null")]
    [InlineData("""{"0":{"1":["x"]}}""", """{"0":{"1":["x","y"]}}""", "/0/1 was [\"x\"] and is read as [\"x\",\"y\"]")]
    public void Missing_TellsWhatIsLost_AndAllowsMore(string saved, string read, string fault) =>
        Assert.Equal(fault, WireForm.Missing(JsonNode.Parse(saved), JsonNode.Parse(read)));

    // Only ever seen as the bytes of the type that it stands for.
    private static bool IsSurrogate(Type type) => Samples.Assemblies.SelectMany(assembly => assembly.GetTypes())
        .SelectMany(converter => converter.GetInterfaces())
        .Any(made => made.IsGenericType && made.GetGenericTypeDefinition() == typeof(IConverter<,>) && made.GetGenericArguments()[1] == type);
}
