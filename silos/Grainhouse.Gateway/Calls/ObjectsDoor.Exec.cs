using Grainhouse.Interfaces.Api;
using Grainhouse.Interfaces.Objects;
using Grpc.Core;

namespace Grainhouse.Gateway.Calls;

/// <content>The call that talks both ways.</content>
internal sealed partial class ObjectsDoor
{
    /// <inheritdoc/>
    public override async Task Exec(IAsyncStreamReader<ExecRequest> requestStream, IServerStreamWriter<ExecResponse> responseStream, ServerCallContext context)
    {
        var start = await ExecCall.ReadStartAsync(requestStream, time, context.CancellationToken);
        var client = new ExecCall(requestStream, responseStream, context);
        var query = new InnerQuery()
            .Add("container", start.Container)
            .Add("command", start.Command)
            .Add("stdin", start.Stdin)
            .Add("stdout", true)
            .Add("stderr", true)
            .Add("tty", start.Tty);
        await using (await door.OpenAsync(new InnerRequest("POST", ApiPath.Object(Pod(start.Namespace, start.Pod), "exec")) { Query = query, Command = client }, context))
        {
            // The answer begins when all is said.
        }

        if (client.End is not { } end)
        {
            throw CallErrors.Refuse(ApiStatus.Unavailable("the gateway stops: how the command ends is not known"));
        }

        if (end.ExitCode is null)
        {
            throw CallErrors.Refuse(end.Status!);
        }
    }
}
