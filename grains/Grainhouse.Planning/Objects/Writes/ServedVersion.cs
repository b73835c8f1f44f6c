using System.Diagnostics;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Objects.Writes;

/// <summary>The version that a request speaks.</summary>
internal static class ServedVersion
{
    public static ResourceDescriptor Of(ResourceDescriptor stored, WriteOptions options) =>
        options.Version.Length == 0 || options.Version == stored.ApiVersion ? stored
        : ResourceCatalog.FindKind(options.Version, stored.Kind) is { } served && served.Stored == stored ? served
        : throw new UnreachableException($"{stored.QualifiedName} is not served in version {options.Version}.");
}
