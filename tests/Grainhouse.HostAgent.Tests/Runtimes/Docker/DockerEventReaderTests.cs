using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Grainhouse.HostAgent.Runtimes.Docker;

namespace Grainhouse.HostAgent.Tests.Runtimes.Docker;

/// <summary>Events are read as they come, in whatever pieces.</summary>
public sealed class DockerEventReaderTests : IAsyncDisposable
{
    private readonly CancellationTokenSource deadline = new(TimeSpan.FromMinutes(1));
    private readonly Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly IAsyncEnumerator<DockerEvent> events;

    public DockerEventReaderTests() => events = DockerEventReader.ReadAsync(pipe.Reader.AsStream(), deadline.Token).GetAsyncEnumerator();

    public async ValueTask DisposeAsync()
    {
        await deadline.CancelAsync();
        await events.DisposeAsync();
        deadline.Dispose();
    }

    [Theory]
    [InlineData(1, 700)]
    [InlineData(2, 512)]
    [InlineData(2, 700)]
    [InlineData(3, 1365)]
    [InlineData(40, 900)]
    public async Task Read_EventsThatComeTogether_AllAreThereBeforeAnythingElseComes(int together, int length)
    {
        await WriteAsync(string.Concat(Enumerable.Range(0, together).Select(number => Line($"c{number}", length))));

        for (var number = 0; number < together; number++)
        {
            Assert.True(await events.MoveNextAsync());
            Assert.Equal(($"c{number}", "die", 1_700_000_000_000_000_000 + length), (events.Current.Actor.Id, events.Current.Action, events.Current.TimeNano));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1024)]
    public async Task Read_EventsInPieces_EachIsThereWithItsLastByte(int piece)
    {
        foreach (var id in new[] { "a", "b", "c" })
        {
            foreach (var part in Line(id, 1500).Chunk(piece))
            {
                await WriteAsync(new string(part));
            }

            Assert.True(await events.MoveNextAsync());
            Assert.Equal(id, events.Current.Actor.Id);
        }
    }

    [Fact]
    public async Task Read_StreamEnds_SoDoTheEvents()
    {
        await WriteAsync(Line("a", 300));
        await pipe.Writer.CompleteAsync();

        Assert.True(await events.MoveNextAsync());
        Assert.Equal("text", events.Current.Actor.Attributes["label"][..4]);
        Assert.False(await events.MoveNextAsync());
    }

    [Theory]
    [InlineData("null\n")]
    [InlineData("{}\n")]
    [InlineData("""{"Action":"die","Actor":null,"timeNano":1}""" + "\n")]
    [InlineData("502 Bad Gateway\n")]
    public async Task Read_NotAnEvent_Throws(string line)
    {
        await WriteAsync(line);

        await Assert.ThrowsAnyAsync<JsonException>(() => events.MoveNextAsync().AsTask());
    }

    /// <summary>An event as the engine writes it, of a length.</summary>
    private static string Line(string id, int length)
    {
        var start = $$$"""{"status":"die","id":"{{{id}}}","Type":"container","Action":"die","timeNano":{{{1_700_000_000_000_000_000 + length}}},"Actor":{"ID":"{{{id}}}","Attributes":{"label":"text""";
        const string end = "\"}},\"scope\":\"local\",\"time\":1700000000}\n";
        return start + new string('.', length - start.Length - end.Length) + end;
    }

    private async Task WriteAsync(string text) => await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(text), deadline.Token);
}
