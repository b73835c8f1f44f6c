using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Grainhouse.HostAgent.Network;

/// <summary>Changes links, addresses and routes of the network namespace in which it was opened (rtnetlink(7)).</summary>
internal sealed partial class RouteSocket : IDisposable
{
    private const int Netlink = 16;
    private const int Raw = 3;
    private const int CloseOnExec = 0x80000;

    private const ushort NewLink = 16;
    private const ushort DeleteLink = 17;
    private const ushort NewAddress = 20;
    private const ushort NewRoute = 24;
    private const ushort Exclusive = 0x200;
    private const ushort Create = 0x400;
    private const ushort Error = 2;

    private const int Up = 1;
    private const byte Internet = 2;

    private readonly Socket socket;
    private readonly byte[] answer = new byte[1024];

    public RouteSocket()
    {
        var handle = SocketCore(Netlink, Raw | CloseOnExec, protocol: 0);
        socket = handle >= 0
            ? new Socket(new SafeSocketHandle(handle, ownsHandle: true))
            : throw new Win32Exception(Marshal.GetLastPInvokeError(), "The kernel gives no routing socket");
    }

    /// <summary>The index of a link in the calling thread's network namespace; 0 if there is none of that name.</summary>
    public static int IndexOf(string link) => (int)IndexCore(link);

    /// <summary>Makes a pair of joined links: one here, down, on a bridge; the other in a process's network namespace.</summary>
    public void AddPair(string name, int bridge, int mtu, string peer, int processId) => Send(
        Link(NewLink, Create | Exclusive, index: 0, up: false)
            .Attribute(LinkAttribute.Name, name)
            .Attribute(LinkAttribute.Mtu, mtu)
            .Attribute(LinkAttribute.Master, bridge)
            .Nest(LinkAttribute.Info, info => info
                .Attribute(LinkAttribute.InfoKind, "veth")
                .Nest(LinkAttribute.InfoData, data => data
                    .Nest(LinkAttribute.VethPeer, other => LinkPart(other, index: 0, up: false)
                        .Attribute(LinkAttribute.Name, peer)
                        .Attribute(LinkAttribute.Mtu, mtu)
                        .Attribute(LinkAttribute.Process, processId)))),
        $"make the link {name}");

    public void Delete(string name) => Send(Link(DeleteLink, flags: 0, IndexOf(name), up: false), $"delete the link {name}");

    public void SetUp(string name) => Send(Link(NewLink, flags: 0, IndexOf(name), up: true), $"bring up the link {name}");

    public void AddAddress(string name, IPAddress address, int prefixLength) => Send(
        new NetlinkRequest(NewAddress, Create | Exclusive)
            .Add(Internet, (byte)prefixLength, 0, 0)
            .Add(IndexOf(name))
            .Attribute(AddressAttribute.Address, address.GetAddressBytes())
            .Attribute(AddressAttribute.Local, address.GetAddressBytes()),
        $"give {name} the address {address}");

    public void AddDefaultRoute(string name, IPAddress gateway)
    {
        const byte mainTable = 254;
        const byte bySomebody = 4;
        const byte unicast = 1;
        Send(
            new NetlinkRequest(NewRoute, Create | Exclusive)
                .Add(Internet, 0, 0, 0, mainTable, bySomebody, 0, unicast)
                .Add(0)
                .Attribute(RouteAttribute.Gateway, gateway.GetAddressBytes())
                .Attribute(RouteAttribute.Link, IndexOf(name)),
            $"route {name} over {gateway}");
    }

    public void Dispose() => socket.Dispose();

    private static NetlinkRequest Link(ushort type, ushort flags, int index, bool up) => LinkPart(new NetlinkRequest(type, flags), index, up);

    // Family, type, index, flags, and which flags are meant.
    private static NetlinkRequest LinkPart(NetlinkRequest request, int index, bool up) =>
        request.Add(0).Add(index).Add(up ? Up : 0).Add(up ? Up : 0);

    // Each request is answered at once: with an error number, 0 for none.
    private void Send(NetlinkRequest request, string what)
    {
        socket.Send(request.Bytes);
        var received = socket.Receive(answer);
        if (received < 20 || BitConverter.ToUInt16(answer, 4) != Error)
        {
            throw new IOException($"The kernel answered something else when asked to {what}.");
        }

        if (-BitConverter.ToInt32(answer, 16) is > 0 and var error)
        {
            throw new Win32Exception(error, $"The kernel refused to {what}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int SocketCore(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint IndexCore(string name);

    private static class LinkAttribute
    {
        public const ushort Name = 3;
        public const ushort Mtu = 4;
        public const ushort Master = 10;
        public const ushort Info = 18;
        public const ushort Process = 19;
        public const ushort InfoKind = 1;
        public const ushort InfoData = 2;
        public const ushort VethPeer = 1;
    }

    private static class AddressAttribute
    {
        public const ushort Address = 1;
        public const ushort Local = 2;
    }

    private static class RouteAttribute
    {
        public const ushort Link = 4;
        public const ushort Gateway = 5;
    }
}
