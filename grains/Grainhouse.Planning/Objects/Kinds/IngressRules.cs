using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Ingresses.</summary>
internal sealed class IngressRules : KindRules
{
    private static readonly string[] PathTypes = ["Exact", "ImplementationSpecific", "Prefix"];
    private static readonly string[] InvalidSequences = ["//", "/./", "/../", "%2f", "%2F"];

    public override void PrepareCreate(JsonObject root, ObjectKey key) => root["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() };

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        var spec = root.Object("spec");
        var backend = spec.Object("defaultBackend");
        if (backend is null && spec.Array("rules") is not { Count: > 0 })
        {
            errors.InvalidRaw(FieldPath.Root("spec"), "[]networking.IngressRule(nil)", "either `defaultBackend` or `rules` must be specified");
        }

        if (backend is not null)
        {
            Backend(backend, FieldPath.Spec.Child("defaultBackend"), errors);
        }

        if (spec.Text("ingressClassName") is { } name)
        {
            NameRules.Subdomain(FieldPath.Spec.Child("ingressClassName"), name, errors);
        }

        foreach (var (i, rule) in spec.Items("rules"))
        {
            Rule(rule, FieldPath.Spec.Child("rules").Index(i), errors);
        }

        foreach (var (i, tls) in spec.Items("tls"))
        {
            foreach (var (j, host) in tls.Texts("hosts"))
            {
                Host(host, FieldPath.Spec.Child("tls").Index(i).Child("hosts").Index(j), errors);
            }
        }
    }

    private static void Rule(JsonObject rule, FieldPath path, FieldErrors errors)
    {
        if (rule.Text("host") is { Length: > 0 } host)
        {
            if (System.Net.IPAddress.TryParse(host, out _))
            {
                errors.Invalid(path.Child("host"), host, "must be a DNS name, not an IP address");
            }
            else
            {
                Host(host, path.Child("host"), errors);
            }
        }

        if (rule.Object("http") is not { } http)
        {
            return;
        }

        if (http.Array("paths") is not { Count: > 0 })
        {
            errors.Required(path.Child("http").Child("paths"));
        }

        foreach (var (i, item) in http.Items("paths"))
        {
            HttpPath(item, path.Child("http").Child("paths").Index(i), errors);
        }
    }

    private static void HttpPath(JsonObject item, FieldPath path, FieldErrors errors)
    {
        var text = item.Text("path") ?? "";
        switch (item.Text("pathType"))
        {
            case null or "":
                errors.Required(path.Child("pathType"), "pathType must be specified");
                break;
            case "Exact" or "Prefix":
                if (!text.StartsWith('/'))
                {
                    errors.Invalid(path.Child("path"), text, "must be an absolute path");
                }

                foreach (var sequence in InvalidSequences.Where(sequence => text.Contains(sequence, StringComparison.Ordinal)))
                {
                    errors.Invalid(path.Child("path"), text, $"must not contain '{sequence}'");
                }

                foreach (var end in (ReadOnlySpan<string>)["/..", "/."])
                {
                    if (text.EndsWith(end, StringComparison.Ordinal))
                    {
                        errors.Invalid(path.Child("path"), text, $"cannot end with '{end}'");
                    }
                }

                break;
            case "ImplementationSpecific":
                if (text.Length > 0 && text[0] != '/')
                {
                    errors.Invalid(path.Child("path"), text, "must be an absolute path");
                }

                break;
            case var other:
                errors.NotSupported(path.Child("pathType"), other, PathTypes);
                break;
        }

        Backend(item.Object("backend"), path.Child("backend"), errors);
    }

    private static void Backend(JsonObject? backend, FieldPath path, FieldErrors errors)
    {
        var service = backend.Object("service");
        if (backend.Has("resource") && service is not null)
        {
            errors.Invalid(path, "", "cannot set both resource and service backends");
            return;
        }

        if (service is null)
        {
            if (!backend.Has("resource"))
            {
                errors.Invalid(path, "", "resource or service backend is required");
            }

            return;
        }

        if (service.Text("name") is not { Length: > 0 } name)
        {
            errors.Required(path.Child("service").Child("name"));
        }
        else
        {
            NameRules.Service(path.Child("service").Child("name"), name, errors);
        }

        var port = service.Object("port");
        var (portName, number) = (port.Text("name") ?? "", port.Number("number") ?? 0);
        switch (portName.Length > 0, number != 0)
        {
            case (true, true):
                errors.Invalid(path, "", "cannot set both port name & port number");
                break;
            case (true, false):
                NameRules.Port(path.Child("service").Child("port").Child("name"), portName, errors);
                break;
            case (false, true):
                NumberRules.PortNumber(number, path.Child("service").Child("port").Child("number"), errors);
                break;
            default:
                errors.Required(path, "port name or number is required");
                break;
        }
    }

    // A name, or one whose first label is a star.
    private static void Host(string host, FieldPath path, FieldErrors errors) =>
        NameRules.Subdomain(path, host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host, errors);
}
