namespace Grainhouse.Gateway.Requests;

/// <summary>What a path names, as upstream's RequestInfo reads it.</summary>
/// <param name="IsResource">Whether the path is under a group and version and names a resource.</param>
/// <param name="Group">The API group; empty for core.</param>
/// <param name="Version">The API version.</param>
/// <param name="Resource">The plural resource.</param>
/// <param name="Namespace">Null where the path names none.</param>
/// <param name="Name">The object's name; empty for a collection.</param>
/// <param name="Subresource">The subresource; empty for the object itself.</param>
/// <param name="Watch">Whether this is one of the old <c>/watch/</c> paths.</param>
internal readonly record struct RequestPath(
    bool IsResource, string Group, string Version, string Resource, string? Namespace, string Name, string Subresource, bool Watch)
{
    private const int MostSegments = 12;

    /// <summary>Reads a path without its query. One slash at the end is ignored.</summary>
    public static RequestPath Parse(ReadOnlySpan<char> path)
    {
        Span<Range> ranges = stackalloc Range[MostSegments];
        path = path.TrimStart('/');
        if (path.EndsWith('/'))
        {
            path = path[..^1];
        }

        var count = path.Split(ranges, '/');
        var at = 0;
        string group;
        if (count >= 3 && path[ranges[0]] is "api")
        {
            group = "";
            at = 1;
        }
        else if (count >= 4 && path[ranges[0]] is "apis")
        {
            group = path[ranges[1]].ToString();
            at = 2;
        }
        else
        {
            return default;
        }

        var version = path[ranges[at++]].ToString();
        var watch = path[ranges[at]] is "watch" && count > at + 1;
        at += watch ? 1 : 0;
        string? scope = null;
        if (path[ranges[at]] is "namespaces" && group.Length == 0 && count > at + 2 && !IsNamespaceSubresource(path[ranges[at + 2]], count - at)
            || path[ranges[at]] is "namespaces" && group.Length != 0 && count > at + 2)
        {
            scope = path[ranges[at + 1]].ToString();
            at += 2;
        }

        // What is behind "proxy" is the path of somebody else's server.
        var end = count - at > 3 && path[ranges[at + 2]] is "proxy" ? at + 3 : count;
        if (end - at > 3)
        {
            return default;
        }

        for (var i = at; i < end; i++)
        {
            if (path[ranges[i]].IsEmpty)
            {
                return default;
            }
        }

        return new RequestPath(
            true,
            group,
            version,
            path[ranges[at]].ToString(),
            scope,
            count > at + 1 ? path[ranges[at + 1]].ToString() : "",
            count > at + 2 ? path[ranges[at + 2]].ToString() : "",
            watch);
    }

    // /api/v1/namespaces/NAME/status is the namespace's own subresource, not a collection in it.
    private static bool IsNamespaceSubresource(ReadOnlySpan<char> segment, int left) => left == 3 && segment is "status" or "finalize";
}
