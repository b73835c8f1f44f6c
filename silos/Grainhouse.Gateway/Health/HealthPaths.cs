using System.Text;
using Grainhouse.Gateway.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Grainhouse.Gateway.Health;

/// <summary>Answers <c>/healthz</c>, <c>/livez</c> and <c>/readyz</c>, in upstream's form. Open to everyone.</summary>
internal sealed class HealthPaths(IEnumerable<IReadinessCheck> checks, IHostApplicationLifetime lifetime, TimeProvider time) : IReadiness
{
    // A check that takes longer is a failed one: whoever asks wants to know now.
    private static readonly TimeSpan CheckBound = TimeSpan.FromSeconds(1);

    private readonly IReadinessCheck[] readiness = [.. checks];

    /// <summary>Whether a path is one of these.</summary>
    public static bool Owns(string path) => IsUnder(path, "/healthz") || IsUnder(path, "/livez") || IsUnder(path, "/readyz");

    /// <summary>Answers one of these.</summary>
    public async Task AnswerAsync(HttpContext context, string path)
    {
        var slash = path.IndexOf('/', 1);
        var root = slash < 0 ? path[1..] : path[1..slash];
        var single = slash < 0 ? "" : path[(slash + 1)..];
        IReadOnlyList<IReadinessCheck> asked = root == "readyz" ? readiness : [];
        var excluded = context.Request.Query["exclude"];
        var text = new StringBuilder("[+]ping ok\n");
        var failed = new List<string>();
        var known = single is "" or "ping" or "shutdown";
        foreach (var check in asked)
        {
            if ((single.Length > 0 && check.Name != single) || excluded.Contains(check.Name))
            {
                continue;
            }

            known = true;
            var problem = await RunAsync(check, context.RequestAborted);
            text.Append(problem is null ? $"[+]{check.Name} ok\n" : $"[-]{check.Name} failed: {problem}\n");
            if (problem is not null)
            {
                failed.Add(check.Name);
            }
        }

        if (!known)
        {
            await Answer.FailureAsync(context, Requests.Refusals.NoSuchResource);
            return;
        }

        if (root == "readyz" && single is "" or "shutdown" && lifetime.ApplicationStopping.IsCancellationRequested)
        {
            text.Append("[-]shutdown failed: the server stops\n");
            failed.Add("shutdown");
        }

        if (failed.Count > 0)
        {
            text.Append(root).Append(" check failed\n");
            await Answer.TextAsync(context, 500, text.ToString());
        }
        else
        {
            var verbose = context.Request.Query.ContainsKey("verbose");
            await Answer.TextAsync(context, 200, verbose ? text.Append(root).Append(" check passed\n").ToString() : "ok");
        }
    }

    /// <inheritdoc/>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        foreach (var check in readiness)
        {
            if (await RunAsync(check, cancellationToken) is not null)
            {
                return false;
            }
        }

        return !lifetime.ApplicationStopping.IsCancellationRequested;
    }

    /// <summary>Runs every check; with each what is wrong, or null.</summary>
    public async Task<IReadOnlyList<(string Name, string? Problem)>> CheckAllAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(readiness.Select(async check => (check.Name, await RunAsync(check, cancellationToken))));

    private async Task<string?> RunAsync(IReadinessCheck check, CancellationToken cancellationToken)
    {
        using var bound = new CancellationTokenSource(CheckBound, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        try
        {
            return await check.CheckAsync(either.Token).AsTask().WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested)
        {
            return $"no answer within {CheckBound.TotalSeconds} s";
        }
        catch (Exception cause) when (cause is not OperationCanceledException)
        {
            // Whatever a check meets is its answer.
            return cause.Message;
        }
    }

    private static bool IsUnder(string path, string root) =>
        path.StartsWith(root, StringComparison.Ordinal) && (path.Length == root.Length || path[root.Length] == '/');
}
