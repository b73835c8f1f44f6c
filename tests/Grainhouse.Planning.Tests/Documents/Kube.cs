using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Tests.Documents;

/// <summary>Makes objects for tests; a test shows only what matters to it.</summary>
internal static class Kube
{
    public static DateTimeOffset Start { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static ObjectKey DeploymentKey(string name = "web") => ResourceCatalog.Deployments.Key("default", name);

    public static ObjectKey PodKey(string name) => ResourceCatalog.Pods.Key("default", name);

    public static KubeObject Object(ObjectKey key, JsonObject document, long revision = 1) => KubeObject.From(key, revision, document);

    public static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    public static JsonObject Deployment(string name = "web", int replicas = 3, string image = "web:1") => Json($$"""
        {
          "apiVersion": "apps/v1", "kind": "Deployment",
          "metadata": { "name": "{{name}}", "namespace": "default", "uid": "uid-{{name}}", "generation": 1,
                        "creationTimestamp": "2026-01-01T00:00:00Z" },
          "spec": {
            "replicas": {{replicas}},
            "selector": { "matchLabels": { "app": "{{name}}" } },
            "template": {
              "metadata": { "labels": { "app": "{{name}}" } },
              "spec": { "containers": [ { "name": "web", "image": "{{image}}" } ] }
            }
          }
        }
        """);

    public static JsonObject ReplicaSet(string name = "web-1", int replicas = 3) => Json($$"""
        {
          "apiVersion": "apps/v1", "kind": "ReplicaSet",
          "metadata": { "name": "{{name}}", "namespace": "default", "uid": "uid-{{name}}", "generation": 1,
                        "creationTimestamp": "2026-01-01T00:00:00Z" },
          "spec": {
            "replicas": {{replicas}},
            "selector": { "matchLabels": { "app": "{{name}}" } },
            "template": {
              "metadata": { "labels": { "app": "{{name}}" }, "annotations": { "note": "a" } },
              "spec": { "containers": [ { "name": "web", "image": "web:1" } ] }
            }
          }
        }
        """);

    /// <summary>A pod of <c>web-1</c>; ready since a time, or not ready.</summary>
    public static JsonObject Pod(
        string name, string? owner = "web-1", string phase = "Running", DateTimeOffset? readySince = null, string node = "n1", string ip = "",
        string labels = """{ "app": "web-1" }""")
    {
        var ownerText = owner is null ? "" : $$"""
            , "ownerReferences": [ { "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "{{owner}}", "uid": "uid-{{owner}}",
                                     "controller": true, "blockOwnerDeletion": true } ]
            """;
        var nodeText = node.Length == 0 ? "" : $", \"nodeName\": \"{node}\"";
        var ipText = ip.Length == 0 ? "" : $", \"podIP\": \"{ip}\"";
        var since = readySince ?? Start;
        return Json($$"""
            {
              "apiVersion": "v1", "kind": "Pod",
              "metadata": { "name": "{{name}}", "namespace": "default", "uid": "uid-{{name}}", "labels": {{labels}},
                            "creationTimestamp": "2026-01-01T00:00:00Z"{{ownerText}} },
              "spec": { "containers": [ { "name": "web", "image": "web:1", "ports": [ { "name": "http", "containerPort": 8080 } ] } ]{{nodeText}} },
              "status": { "phase": "{{phase}}"{{ipText}},
                          "conditions": [ { "type": "Ready", "status": "{{(readySince is null ? "False" : "True")}}",
                                            "lastTransitionTime": "{{since:yyyy-MM-ddTHH:mm:ssZ}}" } ] }
            }
            """);
    }

    public static JsonObject Deleting(this JsonObject document)
    {
        document["metadata"]!["deletionTimestamp"] = "2026-01-01T00:01:00Z";
        return document;
    }

    public static JsonObject Labelled(this JsonObject document, string name, string value)
    {
        document["metadata"]!.AsObject()["labels"] ??= new JsonObject();
        document["metadata"]!["labels"]![name] = value;
        return document;
    }

    public static JsonObject Annotated(this JsonObject document, string name, string value)
    {
        document["metadata"]!.AsObject()["annotations"] ??= new JsonObject();
        document["metadata"]!["annotations"]![name] = value;
        return document;
    }

    public static KubeObject Stored(this JsonObject document, long revision = 1)
    {
        var (apiVersion, kind) = ((string)document["apiVersion"]!, (string)document["kind"]!);
        var metadata = document["metadata"]!;
        var key = ResourceCatalog.FindKind(apiVersion, kind)!.Key((string?)metadata["namespace"], (string)metadata["name"]!);
        return KubeObject.From(key, revision, document);
    }
}
