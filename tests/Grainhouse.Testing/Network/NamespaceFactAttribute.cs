using System.Diagnostics;
using Grainhouse.Testing.Postgres;
using Xunit;

namespace Grainhouse.Testing.Network;

/// <summary>A fact that needs network namespaces and PostgreSQL; skipped, with the reason, where this user or machine cannot have them.</summary>
public sealed class NamespaceFactAttribute : FactAttribute
{
    private static readonly string? Missing = Find();

    /// <summary>Finds out.</summary>
    public NamespaceFactAttribute() => Skip = Missing ?? new PostgresFactAttribute().Skip;

    private static string? Find()
    {
        try
        {
            using var made = Process.Start(new ProcessStartInfo("unshare", ["--net", "nft", "list", "tables"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            made.WaitForExit();
            return made.ExitCode == 0 ? null : "no network namespace with nftables can be made here: run as root, with nftables and iproute2";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unshare (util-linux) is not installed";
        }
    }
}
