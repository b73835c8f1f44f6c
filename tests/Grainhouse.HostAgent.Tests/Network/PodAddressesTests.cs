using System.Net;
using Grainhouse.HostAgent.Network;

namespace Grainhouse.HostAgent.Tests.Network;

public sealed class PodAddressesTests : IDisposable
{
    private static readonly PodBridge Bridge = new("id", "br", IPNetwork.Parse("10.1.2.0/28"), IPAddress.Parse("10.1.2.1"));

    private readonly string directory = Directory.CreateTempSubdirectory("grainhouse-addresses-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void Reserve_UntilAllAreTaken_EachOfTheUpperHalfOnce()
    {
        var (one, other) = (Agent("one"), Agent("other"));

        var given = Enumerable.Range(0, 7).Select(number => (number % 2 == 0 ? one : other).Reserve($"pod-{number}").ToString());

        Assert.Equal(Enumerable.Range(8, 7).Select(last => $"10.1.2.{last}"), given.Order(Comparer<string>.Create((a, b) => Last(a) - Last(b))));
        Assert.Throws<IOException>(() => one.Reserve("pod-8"));
        Assert.Equal(7, Directory.GetFiles(directory, "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void Reserve_Again_SameAddressAlsoAfterARestart()
    {
        var address = Agent("one").Reserve("pod");

        Assert.Equal(address, Agent("one").Reserve("pod"));
    }

    [Fact]
    public void Release_Address_ComesLastInTurn()
    {
        var agent = Agent("one");
        var first = agent.Reserve("pod-0");

        agent.Release(first);
        var next = Enumerable.Range(1, 7).Select(number => agent.Reserve($"pod-{number}")).ToArray();

        Assert.Equal(first, next[^1]);
    }

    [Fact]
    public void Release_OfAnotherAgent_ChangesNothing()
    {
        var address = Agent("one").Reserve("pod");

        Agent("other").Release(address);

        Assert.Equal(address, Agent("one").Reserve("pod"));
    }

    [Fact]
    public void ReleaseInherited_FreesWhatIsNoMore_ButNothingGivenSince()
    {
        var before = Agent("one");
        var (gone, alive) = (before.Reserve("gone"), before.Reserve("alive"));
        var after = Agent("one");
        var young = after.Reserve("young");

        after.ReleaseInheritedExcept(new HashSet<IPAddress> { alive });

        Assert.False(File.Exists(Path.Combine(directory, "id", gone.ToString())));
        Assert.True(File.Exists(Path.Combine(directory, "id", alive.ToString())));
        Assert.True(File.Exists(Path.Combine(directory, "id", young.ToString())));
    }

    private static int Last(string address) => int.Parse(address.Split('.')[3]);

    private PodAddresses Agent(string scope) => new(Bridge, directory, scope);
}
