using System.Buffers;
using System.Text.Json;
using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Responses;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Objects;

/// <summary>Answers of the <c>scale</c> subresource.</summary>
internal static class Scales
{
    /// <summary>Answers with an object's autoscaling/v1 Scale.</summary>
    public static Task WriteAsync(ResourceRequest request, KubeObject item, int code) =>
        Answer.DocumentAsync(request.Http, code, item, static (output, found) => Write(output, found), request.Form.Encoding);

    private static void Write(IBufferWriter<byte> output, KubeObject item)
    {
        using var json = new Utf8JsonWriter(output, JsonOutput.Options);
        ScaleView.Of(item).WriteTo(json);
    }
}
