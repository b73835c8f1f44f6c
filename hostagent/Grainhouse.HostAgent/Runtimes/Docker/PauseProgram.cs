using System.Buffers.Binary;
using System.Formats.Tar;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>The program that holds a sandbox open: it makes a network namespace of its own if it may, and sleeps until it is killed. Where its pod's containers share
/// their processes, it is the parent of those whose own has ended, and leaves none behind as a zombie.</summary>
/// <remarks>
/// It may with CAP_SYS_ADMIN, which only sandboxes get whose network the agent makes; without it the call fails, and changes nothing.
/// Written as machine code, so that a sandbox needs no registry and no compiler. As the first process of its PID namespace
/// it is immune to every signal but SIGKILL, which is therefore the sandbox's stop signal.
/// </remarks>
internal static class PauseProgram
{
    private const int HeaderBytes = 64 + 56;
    private const ulong LoadAddress = 0x400000;

    // mov edi, SIGCHLD; lea rsi, [rip + Ignore]; xor edx, edx; mov r10d, 8; mov eax, 13 (rt_sigaction); syscall; then
    // mov edi, CLONE_NEWNET; mov eax, 272 (unshare); syscall; then mov eax, 34 (pause); syscall; jmp to that.
    private static ReadOnlySpan<byte> X64 =>
    [
        0xbf, 0x11, 0x00, 0x00, 0x00, 0x48, 0x8d, 0x35, 0x24, 0x00, 0x00, 0x00, 0x31, 0xd2,
        0x41, 0xba, 0x08, 0x00, 0x00, 0x00, 0xb8, 0x0d, 0x00, 0x00, 0x00, 0x0f, 0x05,
        0xbf, 0x00, 0x00, 0x00, 0x40, 0xb8, 0x10, 0x01, 0x00, 0x00, 0x0f, 0x05,
        0xb8, 0x22, 0x00, 0x00, 0x00, 0x0f, 0x05, 0xeb, 0xf7,
    ];

    // x0 = SIGCHLD; x1 = Ignore; x2 = 0; x3 = 8; x8 = 134 (rt_sigaction); svc 0; then
    // x0 = CLONE_NEWNET; x8 = 97 (unshare); svc 0; then x0..x3 = 0 (no descriptors, no time-out, no mask); x8 = 73 (ppoll); svc 0; b to that.
    private static ReadOnlySpan<byte> Arm64 =>
    [
        0x20, 0x02, 0x80, 0xd2, 0xe1, 0x01, 0x00, 0x10, 0x02, 0x00, 0x80, 0xd2, 0x03, 0x01, 0x80, 0xd2, 0xc8, 0x10, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4,
        0x00, 0x00, 0xa8, 0xd2, 0x28, 0x0c, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4,
        0x00, 0x00, 0x80, 0xd2, 0x01, 0x00, 0x80, 0xd2, 0x02, 0x00, 0x80, 0xd2, 0x03, 0x00, 0x80, 0xd2,
        0x28, 0x09, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4, 0xfa, 0xff, 0xff, 0x17,
    ];

    // The kernel's struct sigaction with SIG_IGN, right behind the code: children that nobody waits for go by themselves.
    private static ReadOnlySpan<byte> Ignore => [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Whether there is a program for an engine of this architecture, in the engine's words.</summary>
    public static bool Supports(string architecture) => architecture is "amd64" or "arm64";

    /// <summary>An image's root file system as a tar: the program alone.</summary>
    public static MemoryStream BuildTar(string architecture)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "pause")
            {
                Mode = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
                    | UnixFileMode.OtherRead | UnixFileMode.OtherExecute,
                ModificationTime = DateTimeOffset.UnixEpoch,
                DataStream = new MemoryStream(BuildElf(architecture)),
            });
        }

        tar.Position = 0;
        return tar;
    }

    /// <summary>A static ELF executable with one loadable segment that holds headers and code.</summary>
    internal static byte[] BuildElf(string architecture)
    {
        if (!Supports(architecture))
        {
            throw new NotSupportedException($"There is no pause program for architecture '{architecture}'.");
        }

        // ELF's numbers for x86-64 and AArch64.
        ushort machine = architecture == "amd64" ? (ushort)62 : (ushort)183;
        var code = architecture == "amd64" ? X64 : Arm64;
        var elf = new byte[HeaderBytes + code.Length + Ignore.Length];
        ReadOnlySpan<byte> identification = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        identification.CopyTo(elf);
        WriteHeader(elf, machine);
        WriteSegment(elf.AsSpan(64), (ulong)elf.Length);
        code.CopyTo(elf.AsSpan(HeaderBytes));
        Ignore.CopyTo(elf.AsSpan(HeaderBytes + code.Length));
        return elf;
    }

    private static void WriteHeader(Span<byte> header, ushort machine)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(header[16..], 2);                          // executable
        BinaryPrimitives.WriteUInt16LittleEndian(header[18..], machine);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 1);                          // version
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], LoadAddress + HeaderBytes);  // entry
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], 64);                         // program headers at
        BinaryPrimitives.WriteUInt16LittleEndian(header[52..], 64);                         // header size
        BinaryPrimitives.WriteUInt16LittleEndian(header[54..], 56);                         // program header size
        BinaryPrimitives.WriteUInt16LittleEndian(header[56..], 1);                          // program headers
    }

    private static void WriteSegment(Span<byte> segment, ulong length)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(segment, 1);                               // load
        BinaryPrimitives.WriteUInt32LittleEndian(segment[4..], 5);                          // read, execute
        BinaryPrimitives.WriteUInt64LittleEndian(segment[16..], LoadAddress);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[24..], LoadAddress);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[32..], length);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[40..], length);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[48..], 0x10000);                   // arm64 pages are up to 64 KiB
    }
}
