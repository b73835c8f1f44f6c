using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Gateway.Discovery;
using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Responses;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Gateway.Security;

/// <summary>Answers the questions "may I", "what may I" and "who am I".</summary>
internal sealed class AccessReviews(IAuthorizer authorizer, Authenticator authenticator, GatewayOptions options)
{
    /// <summary>Answers one review: the document as it was sent, with its status.</summary>
    public async Task AnswerAsync(HttpContext context, VirtualResource resource, string? @namespace, UserIdentity user)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            await Answer.FailureAsync(context, Refusals.MethodNotAllowed);
            return;
        }

        var body = await RequestBody.ReadJsonAsync(context.Request, options.MaxBodyBytes, context.RequestAborted);
        JsonObject review;
        try
        {
            review = JsonNode.Parse(body)?.AsObject() ?? [];
            review["kind"] = resource.Kind;
            review["apiVersion"] = resource.ApiVersion;
            if (review["metadata"] is not JsonObject metadata)
            {
                review["metadata"] = metadata = [];
            }

            metadata.TryAdd("creationTimestamp", null);
            review["status"] = await StatusAsync(resource, review["spec"] as JsonObject ?? [], @namespace, user, context.RequestAborted);
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException or ArgumentException)
        {
            throw Refusals.BadRequest($"the object provided is unrecognized (must be of type {resource.Kind}): {cause.Message}");
        }

        await Answer.DocumentAsync(context, 201, review, static (output, document) =>
        {
            using var json = new Utf8JsonWriter(output, JsonOutput.Options);
            document.WriteTo(json);
        },
        Answer.EncodingFor(context.Request));
    }

    private async ValueTask<JsonObject> StatusAsync(
        VirtualResource resource, JsonObject spec, string? @namespace, UserIdentity user, CancellationToken cancellationToken) => resource.Kind switch
        {
            "SelfSubjectAccessReview" => await DecideAsync(spec, user, cancellationToken),
            "SelfSubjectRulesReview" => Rules(await authorizer.RulesAsync(user, Text(spec, "namespace"), cancellationToken)),
            "SelfSubjectReview" => new JsonObject { ["userInfo"] = Info(user) },
            "TokenReview" => Token(spec),
            _ => await DecideAsync(spec, new UserIdentity(Text(spec, "user"), [.. Strings(spec["groups"])]), cancellationToken),
        };

    private async ValueTask<JsonObject> DecideAsync(JsonObject spec, UserIdentity user, CancellationToken cancellationToken)
    {
        var decision = await authorizer.AuthorizeAsync(user, Attributes(spec), cancellationToken);
        var status = new JsonObject { ["allowed"] = decision.Allowed };
        if (decision.Reason.Length > 0)
        {
            status["reason"] = decision.Reason;
        }

        return status;
    }

    private static AccessAttributes Attributes(JsonObject spec)
    {
        if (spec["resourceAttributes"] is JsonObject resource)
        {
            return new AccessAttributes(Text(resource, "verb"))
            {
                Group = Text(resource, "group"),
                Resource = Text(resource, "resource"),
                Subresource = Text(resource, "subresource"),
                Namespace = Text(resource, "namespace"),
                Name = Text(resource, "name"),
            };
        }

        return spec["nonResourceAttributes"] is JsonObject path
            ? new AccessAttributes(Text(path, "verb")) { Path = Text(path, "path") }
            : throw Refusals.BadRequest("spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified");
    }

    private JsonObject Token(JsonObject spec) => authenticator.FromToken(Text(spec, "token")) is { } user
        ? new JsonObject { ["authenticated"] = true, ["user"] = Info(user) }
        : new JsonObject { ["authenticated"] = false, ["error"] = "[invalid bearer token]" };

    private static JsonObject Rules(IReadOnlyList<AccessRule> rules) => new()
    {
        ["resourceRules"] = new JsonArray([.. rules.Where(rule => rule.Paths.Count == 0).Select(rule => new JsonObject
        {
            ["verbs"] = Array(rule.Verbs), ["apiGroups"] = Array(rule.Groups), ["resources"] = Array(rule.Resources),
        })]),
        ["nonResourceRules"] = new JsonArray([.. rules.Where(rule => rule.Paths.Count > 0).Select(rule => new JsonObject
        {
            ["verbs"] = Array(rule.Verbs), ["nonResourceURLs"] = Array(rule.Paths),
        })]),
        ["incomplete"] = false,
    };

    private static JsonObject Info(UserIdentity user) => new() { ["username"] = user.Name, ["groups"] = Array(user.Groups) };

    private static JsonArray Array(IEnumerable<string> values) => new([.. values.Select(value => JsonValue.Create(value))]);

    private static string Text(JsonObject from, string name) => from[name] is JsonValue value && value.TryGetValue(out string? text) ? text : "";

    private static IEnumerable<string> Strings(JsonNode? list) => list is JsonArray items ? items.Select(item => item!.GetValue<string>()) : [];
}
