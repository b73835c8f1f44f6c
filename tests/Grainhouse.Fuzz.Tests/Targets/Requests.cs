using System.Text;
using Grainhouse.Fuzz.Tests.Corpus;
using Grainhouse.Gateway.Requests;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Testing.Fuzzing;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Fuzz.Tests.Targets;

/// <summary>A path, a query and an Accept header, one to a line.</summary>
internal static class Requests
{
    public static FuzzTarget Target { get; } = new(
        [
            .. new[]
            {
                "/api/v1/namespaces/default/pods/a/log\n?container=a&follow=true&tailLines=5&sinceTime=2026-01-01T00:00:00Z\n*/*",
                "/apis/apps/v1/deployments\n?limit=5&continue=eyJ2IjoxfQ&labelSelector=a%3Db&fieldSelector=metadata.name%3Dx&resourceVersion=0&resourceVersionMatch=NotOlderThan\napplication/json;as=Table;v=v1;g=meta.k8s.io,application/json",
                "/api/v1/watch/namespaces/default/pods\n?watch=1&timeoutSeconds=300&allowWatchBookmarks=true&sendInitialEvents=true\napplication/vnd.kubernetes.protobuf;stream=watch",
                "/api/v1/namespaces/x/status\n?dryRun=All&fieldManager=me&fieldValidation=Strict&force=true\napplication/yaml;q=0.5, text/*",
            }.Select(Encoding.UTF8.GetBytes),
        ],
        [.. new[] { "/", "//", "%2F", "&", "=", "?", "\n", ";", ",", "q=0.1", "as=Table", "as=PartialObjectMetadata", "namespaces", "watch", "limit=-1", "limit=99999999999999999999", "dryRun=", "continue=" }.Select(Encoding.UTF8.GetBytes), .. Words.Selectors],
        Take);

    private static string Take(byte[] input)
    {
        var lines = Encoding.UTF8.GetString(input).Split('\n', 3);
        var path = RequestPath.Parse(lines[0]);
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString(lines.Length > 1 && lines[1].StartsWith('?') ? lines[1] : "?");
        var resource = ResourceCatalog.FindPath(path.Group ?? "", path.Version ?? "", path.Resource ?? "") ?? ResourceCatalog.Find("pods")!;
        var form = Representation.Negotiate(lines.Length > 2 ? lines[2] : "", resource);
        try
        {
            var list = ListQuery.Read(context.Request, resource);
            var write = RequestOptions.ForPatch(context.Request, path.Subresource ?? "", apply: false);
            return $"{path.IsResource} {path.Watch} {form?.Kind} {form?.Encoding} {list.Exact} {list.Continue is null} {write.DryRun}";
        }
        catch (RequestRefusedException refused)
        {
            return $"{path.IsResource} {form?.Kind} {Ending.Of(refused.Message)}";
        }
    }
}
