namespace Grainhouse.Planning.Objects.Defaults;

/// <summary>The pull policy that an image's tag asks for.</summary>
internal static class ImagePullPolicy
{
    /// <summary><c>Always</c> for the tag <c>latest</c> or no tag and no digest, else <c>IfNotPresent</c>.</summary>
    public static string For(string image)
    {
        if (image.Contains('@', StringComparison.Ordinal))
        {
            return "IfNotPresent";
        }

        // A colon before the last slash belongs to a registry's port.
        var name = image.AsSpan(image.LastIndexOf('/') + 1);
        var colon = name.IndexOf(':');
        return colon < 0 || name[(colon + 1)..] is "latest" ? "Always" : "IfNotPresent";
    }
}
