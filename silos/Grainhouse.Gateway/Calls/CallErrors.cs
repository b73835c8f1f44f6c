using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grainhouse.Gateway.Responses;
using Grainhouse.Gateway.Tables;
using Grainhouse.Interfaces.Objects;
using Grpc.Core;
using ApiStatusMessage = Grainhouse.Interfaces.Api.Status;

namespace Grainhouse.Gateway.Calls;

/// <summary>Kubernetes' Status as gRPC's.</summary>
internal static class CallErrors
{
    /// <summary>The refusal that a Status document says.</summary>
    /// <param name="code">The HTTP status code.</param>
    /// <param name="document">The document.</param>
    public static RpcException Read(int code, ReadOnlySpan<byte> document)
    {
        var reader = new Utf8JsonReader(document);
        using var parsed = JsonDocument.ParseValue(ref reader);
        return Make(Message(code, parsed.RootElement));
    }

    /// <summary>The refusal that a Status says.</summary>
    public static RpcException Refuse(ApiStatus status)
    {
        var document = new System.Buffers.ArrayBufferWriter<byte>();
        StatusDocument.WriteFailure(document, status);
        return Read(status.Code, document.WrittenSpan);
    }

    private static RpcException Make(ApiStatusMessage status) => new Google.Rpc.Status
    {
        Code = (int)CodeOf(status),
        Message = status.Message,
        Details = { Any.Pack(status) },
    }.ToRpcException();

    private static ApiStatusMessage Message(int code, JsonElement status)
    {
        var details = status.At("details");
        var message = new ApiStatusMessage
        {
            Code = code,
            Reason = status.At("reason").Text(),
            Message = status.At("message").Text(),
            Name = details.At("name").Text(),
            Group = details.At("group").Text(),
            Kind = details.At("kind").Text(),
            Uid = details.At("uid").Text(),
            RetryAfterSeconds = (int)details.At("retryAfterSeconds").Number(),
            Continue = status.At("metadata", "continue").Text(),
        };
        foreach (var cause in details.At("causes").Items())
        {
            message.Causes.Add(new ApiStatusMessage.Types.Cause
            {
                Reason = cause.At("reason").Text(), Message = cause.At("message").Text(), Field = cause.At("field").Text(),
            });
        }

        return message;
    }

    // By what a caller does next, as google.rpc.Code describes the codes.
    private static StatusCode CodeOf(ApiStatusMessage status) => status.Code switch
    {
        401 => StatusCode.Unauthenticated,
        403 => StatusCode.PermissionDenied,
        404 => StatusCode.NotFound,
        405 or 501 => StatusCode.Unimplemented,
        409 when status.Reason == "AlreadyExists" => StatusCode.AlreadyExists,
        409 => StatusCode.Aborted,
        410 => StatusCode.OutOfRange,
        413 or 429 => StatusCode.ResourceExhausted,
        503 => StatusCode.Unavailable,
        504 => StatusCode.DeadlineExceeded,
        >= 400 and < 500 => StatusCode.InvalidArgument,
        _ => StatusCode.Internal,
    };
}
