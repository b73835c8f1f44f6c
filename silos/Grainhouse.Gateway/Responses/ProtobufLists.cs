using System.Buffers;
using System.IO.Pipelines;
using Grainhouse.Gateway.Objects;
using Grainhouse.Gateway.Protobuf;
using Grainhouse.Gateway.Requests;

namespace Grainhouse.Gateway.Responses;

/// <summary>Writes lists in the protobuf form. Its length comes first, so the items are encoded before anything is sent.</summary>
internal static class ProtobufLists
{
    // meta/v1 ListMeta.
    private const int ResourceVersion = 2;
    private const int Continue = 3;
    private const int RemainingItemCount = 4;

    // Every list has these two.
    private const int Metadata = 1;
    private const int Items = 2;

    /// <summary>Answers with a page.</summary>
    public static async Task WriteAsync(ResourceRequest request, ListPage page)
    {
        var type = ProtobufForm.Of(request);
        var scratch = new ProtobufWriter();
        using var body = new PooledBytes();
        WriteMetadata(scratch, page);
        body.Write(scratch.Written);
        foreach (var item in page.Items)
        {
            scratch.Clear();
            var start = scratch.Begin(Items);
            type.Write(item, scratch);
            scratch.End(start);
            body.Write(scratch.Written);
        }

        scratch.Clear();
        ProtobufEnvelope.WriteHead(scratch, type.ApiVersion, type.Kind + "List", body.Length);
        var head = scratch.Length;
        ProtobufEnvelope.WriteTail(scratch);

        var response = request.Http.Response;
        response.ContentType = ProtobufBody.MediaType;
        var zipped = Compression.Applies(request.Http.Request, body.Length) ? Compression.Begin(response) : null;
        response.ContentLength = zipped is null ? scratch.Length + body.Length : null;
        var output = zipped is null ? response.BodyWriter : PipeWriter.Create(zipped);
        output.Write(scratch.Written[..head]);
        await body.CopyToAsync(output, request.Aborted);
        output.Write(scratch.Written[head..]);
        await output.FlushAsync(request.Aborted);
        if (zipped is not null)
        {
            await output.CompleteAsync();
        }
    }

    private static void WriteMetadata(ProtobufWriter output, ListPage page)
    {
        var start = output.Begin(Metadata);
        output.Text(ResourceVersion, page.Revision.ToString());
        if (page.Next is { } next)
        {
            output.Text(Continue, next.Encode());
            if (next.Remaining >= 0)
            {
                output.Integer(RemainingItemCount, next.Remaining);
            }
        }

        output.End(start);
    }
}
