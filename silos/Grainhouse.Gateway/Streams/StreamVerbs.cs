using Grainhouse.Gateway.Requests;

namespace Grainhouse.Gateway.Streams;

/// <summary>The subresources that are connected to, not read or written.</summary>
internal sealed class StreamVerbs(ExecVerb exec, AttachVerb attach, PortForwardVerb portForward)
{
    /// <summary>Whether a subresource is one of them.</summary>
    public static bool Has(string subresource) => subresource is "exec" or "attach" or "portforward";

    /// <summary>The kind of a subresource's options, as discovery names it.</summary>
    public static string KindOf(string subresource) => subresource switch
    {
        "exec" => "PodExecOptions",
        "attach" => "PodAttachOptions",
        _ => "PodPortForwardOptions",
    };

    /// <summary>Connects; returns when the connection is over.</summary>
    public Task ConnectAsync(ResourceRequest request) => request.Subresource switch
    {
        "exec" => exec.ConnectAsync(request),
        "attach" => attach.ConnectAsync(request),
        _ => portForward.ConnectAsync(request),
    };
}
