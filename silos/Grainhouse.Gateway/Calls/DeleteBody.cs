using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Api;

namespace Grainhouse.Gateway.Calls;

/// <summary>What a deletion is asked and answered with.</summary>
internal static class DeleteBody
{
    /// <summary>The meta/v1 DeleteOptions of a call.</summary>
    public static byte[] Write(DeleteRequest request) => JsonSerializer.SerializeToUtf8Bytes(Make(request));

    /// <summary>As <see cref="Write"/>, to be put into another document.</summary>
    public static JsonObject Make(DeleteRequest request)
    {
        var options = new JsonObject { ["kind"] = "DeleteOptions", ["apiVersion"] = "v1" };
        if (request.HasGracePeriodSeconds)
        {
            options["gracePeriodSeconds"] = request.GracePeriodSeconds;
        }

        if (request.Propagation != DeleteRequest.Types.Propagation.Unspecified)
        {
            options["propagationPolicy"] = request.Propagation.ToString();
        }

        var conditions = new JsonObject();
        if (request.Uid.Length > 0)
        {
            conditions["uid"] = request.Uid;
        }

        if (request.ResourceVersion.Length > 0)
        {
            conditions["resourceVersion"] = request.ResourceVersion;
        }

        if (conditions.Count > 0)
        {
            options["preconditions"] = conditions;
        }

        if (request.DryRun)
        {
            options["dryRun"] = new JsonArray("All");
        }

        return options;
    }

    /// <summary>Whether an answer is a Status: the object is gone.</summary>
    public static bool IsStatus(ReadOnlySpan<byte> document)
    {
        var reader = new Utf8JsonReader(document);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isKind = reader.ValueTextEquals("kind"u8);
            reader.Read();
            if (isKind)
            {
                return reader.ValueTextEquals("Status"u8);
            }

            reader.Skip();
        }

        return false;
    }
}
