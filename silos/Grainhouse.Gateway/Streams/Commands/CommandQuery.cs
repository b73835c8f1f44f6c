using Grainhouse.Gateway.Requests;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Gateway.Streams.Commands;

/// <summary>The parameters of exec and attach (core/v1 PodExecOptions, PodAttachOptions).</summary>
/// <param name="Container">The container; empty where the pod has only one.</param>
/// <param name="Streams">The streams that the client wants.</param>
internal sealed record CommandQuery(string Container, Interfaces.Agents.Streams Streams)
{
    /// <summary>Reads them.</summary>
    /// <exception cref="RequestRefusedException">400: no stream is wanted.</exception>
    public static CommandQuery Read(HttpRequest request)
    {
        var streams = new Interfaces.Agents.Streams
        {
            Stdin = RequestOptions.Flag(request, "stdin"),
            Stdout = RequestOptions.Flag(request, "stdout"),
            Tty = RequestOptions.Flag(request, "tty"),
        };

        // As the kubelet: a terminal has no stream for errors.
        streams.Stderr = RequestOptions.Flag(request, "stderr") && !streams.Tty;
        return streams is { Stdin: false, Stdout: false, Stderr: false }
            ? throw Refusals.BadRequest("you must specify at least 1 of stdin, stdout, stderr")
            : new CommandQuery(request.Query["container"].ToString(), streams);
    }
}
