using Grainhouse.Gateway.Requests;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Objects;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Gateway.Objects;

/// <summary>The parameters of <c>pods/NAME/log</c> (core/v1 PodLogOptions).</summary>
/// <param name="Container">The container; empty where the pod has only one.</param>
/// <param name="Request">What the agent is asked.</param>
internal sealed record LogQuery(string Container, LogsRequest Request)
{
    /// <summary>Reads the parameters.</summary>
    /// <exception cref="RequestRefusedException">400 or 422.</exception>
    public static LogQuery Read(HttpRequest request, DateTimeOffset now)
    {
        var logs = new LogsRequest
        {
            Follow = RequestOptions.Flag(request, "follow"),
            Previous = RequestOptions.Flag(request, "previous"),
            Timestamps = RequestOptions.Flag(request, "timestamps"),
        };
        if (RequestOptions.Number(request, "tailLines") is { } lines)
        {
            Require(lines >= 0, "tailLines", lines, "must be greater than or equal to 0");
            logs.TailLines = lines;
        }

        if (RequestOptions.Number(request, "limitBytes") is { } bytes)
        {
            Require(bytes >= 1, "limitBytes", bytes, "must be greater than 0");
            logs.LimitBytes = bytes;
        }

        var since = RequestOptions.Number(request, "sinceSeconds");
        string? sinceTime = request.Query["sinceTime"];
        if (since is { } seconds)
        {
            Require(seconds >= 1, "sinceSeconds", seconds, "must be greater than 0");
            Require(string.IsNullOrEmpty(sinceTime), "sinceSeconds", seconds, "at most one of `sinceTime` or `sinceSeconds` may be specified");
            logs.SinceUnixMs = (now - TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue))).ToUnixTimeMilliseconds();
        }
        else if (!string.IsNullOrEmpty(sinceTime))
        {
            logs.SinceUnixMs = DateTimeOffset.TryParse(sinceTime, out var time)
                ? time.ToUnixTimeMilliseconds()
                : throw Refusals.BadRequest($"parsing time \"{sinceTime}\" as RFC 3339 failed");
        }

        return new LogQuery(request.Query["container"].ToString(), logs);
    }

    private static void Require(bool holds, string field, long value, string words)
    {
        if (!holds)
        {
            var message = $"Invalid value: {value}: {words}";
            throw new RequestRefusedException(new ApiStatus(422, "Invalid", $"PodLogOptions \"\" is invalid: {field}: {message}")
            {
                Kind = "PodLogOptions",
                Causes = [new StatusCause(CauseReasons.Invalid, message, field)],
            });
        }
    }
}
