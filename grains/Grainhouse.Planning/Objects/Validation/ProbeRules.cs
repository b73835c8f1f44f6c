using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>Probes and lifecycle hooks: one handler each, sensible numbers.</summary>
internal static class ProbeRules
{
    private static readonly string[] Handlers = ["exec", "httpGet", "tcpSocket", "grpc", "sleep"];
    private static readonly string[] Schemes = ["HTTP", "HTTPS"];

    public static void Validate(JsonObject container, FieldPath path, FieldErrors errors)
    {
        if (container.Object("livenessProbe") is { } liveness)
        {
            Probe(liveness, path.Child("livenessProbe"), errors);
            OneSuccess(liveness, path.Child("livenessProbe"), errors);
        }

        if (container.Object("readinessProbe") is { } readiness)
        {
            Probe(readiness, path.Child("readinessProbe"), errors);
            if (readiness.Number("terminationGracePeriodSeconds") is { } grace)
            {
                errors.Invalid(path.Child("readinessProbe").Child("terminationGracePeriodSeconds"), grace, "must not be set for readinessProbes");
            }
        }

        if (container.Object("startupProbe") is { } startup)
        {
            Probe(startup, path.Child("startupProbe"), errors);
            OneSuccess(startup, path.Child("startupProbe"), errors);
        }

        if (container.Object("lifecycle") is { } lifecycle)
        {
            foreach (var hook in (ReadOnlySpan<string>)["postStart", "preStop"])
            {
                if (lifecycle.Object(hook) is { } handler)
                {
                    Handler(handler, path.Child("lifecycle").Child(hook), errors);
                }
            }
        }
    }

    private static void Probe(JsonObject probe, FieldPath path, FieldErrors errors)
    {
        Handler(probe, path, errors);
        NumberRules.NotNegative(probe, "initialDelaySeconds", path, errors);
        NumberRules.NotNegative(probe, "timeoutSeconds", path, errors);
        NumberRules.NotNegative(probe, "periodSeconds", path, errors);
        NumberRules.NotNegative(probe, "successThreshold", path, errors);
        NumberRules.NotNegative(probe, "failureThreshold", path, errors);
        NumberRules.Positive(probe, "terminationGracePeriodSeconds", path, errors);
    }

    private static void OneSuccess(JsonObject probe, FieldPath path, FieldErrors errors)
    {
        if (probe.Number("successThreshold") is { } threshold && threshold != 1)
        {
            errors.Invalid(path.Child("successThreshold"), threshold, "must be 1");
        }
    }

    private static void Handler(JsonObject node, FieldPath path, FieldErrors errors)
    {
        var found = 0;
        foreach (var name in Handlers)
        {
            if (node.Object(name) is not { } handler)
            {
                continue;
            }

            if (found++ > 0)
            {
                errors.Forbidden(path.Child(name), "may not specify more than 1 handler type");
                continue;
            }

            Handler(name, handler, path.Child(name), errors);
        }

        if (found == 0)
        {
            errors.Required(path, "must specify a handler type");
        }
    }

    private static void Handler(string name, JsonObject handler, FieldPath path, FieldErrors errors)
    {
        switch (name)
        {
            case "exec" when handler.Array("command") is not { Count: > 0 }:
                errors.Required(path.Child("command"));
                break;
            case "httpGet":
                NumberRules.PortNumberOrName(handler["port"], path.Child("port"), errors);
                NumberRules.OneOf(handler, "scheme", Schemes, path, errors);
                break;
            case "tcpSocket":
                NumberRules.PortNumberOrName(handler["port"], path.Child("port"), errors);
                break;
            case "grpc":
                NumberRules.PortNumber(handler.Number("port") ?? 0, path.Child("port"), errors);
                break;
        }
    }
}
