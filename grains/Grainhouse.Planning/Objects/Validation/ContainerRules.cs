using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>Containers and init containers.</summary>
internal static class ContainerRules
{
    private static readonly string[] PullPolicies = ["Always", "IfNotPresent", "Never"];
    private static readonly string[] MessagePolicies = ["FallbackToLogsOnError", "File"];
    private static readonly string[] Protocols = ["SCTP", "TCP", "UDP"];
    private static readonly string[] ForMainContainersOnly = ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"];

    public static void Validate(JsonArray containers, FieldPath path, PodScope scope, bool init, FieldErrors errors)
    {
        for (var i = 0; i < containers.Count; i++)
        {
            if (containers[i] is JsonObject container)
            {
                Validate(container, path.Index(i), scope, init, errors);
            }
        }
    }

    private static void Validate(JsonObject container, FieldPath path, PodScope scope, bool init, FieldErrors errors)
    {
        Common(container, path, scope, errors);
        RestartPolicy(container, path, init, errors);
    }

    /// <summary>What holds for containers of every sort.</summary>
    public static void Common(JsonObject container, FieldPath path, PodScope scope, FieldErrors errors)
    {
        Name(container, path, scope, errors);
        Image(container, path, scope, errors);
        NumberRules.OneOf(container, "imagePullPolicy", PullPolicies, path, errors);
        NumberRules.OneOf(container, "terminationMessagePolicy", MessagePolicies, path, errors);
        Ports(container.Array("ports"), path, scope, errors);
        EnvRules.Validate(container, path, errors);
        Mounts(container.Array("volumeMounts"), path, scope, errors);
        ProbeRules.Validate(container, path, errors);
        ResourceRules.Validate(container.Object("resources"), path.Child("resources"), errors);
        var security = container.Object("securityContext");
        if (security.Flag("privileged") && security.IsFalse("allowPrivilegeEscalation"))
        {
            errors.Invalid(
                path.Child("securityContext"), security, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
        }
    }

    private static void Name(JsonObject container, FieldPath path, PodScope scope, FieldErrors errors)
    {
        if (container.Text("name") is not { Length: > 0 } name)
        {
            errors.Required(path.Child("name"));
            return;
        }

        NameRules.Label(path.Child("name"), name, errors);
        if (!scope.AddContainer(name))
        {
            errors.Duplicate(path.Child("name"), name);
        }
    }

    private static void Image(JsonObject container, FieldPath path, PodScope scope, FieldErrors errors)
    {
        var image = container.Text("image") ?? "";
        if (image.Length == 0)
        {
            if (scope.NeedsImage)
            {
                errors.Required(path.Child("image"));
            }
        }
        else if (char.IsWhiteSpace(image[0]) || char.IsWhiteSpace(image[^1]))
        {
            errors.Invalid(path.Child("image"), image, "must not have leading or trailing whitespace");
        }
    }

    private static void RestartPolicy(JsonObject container, FieldPath path, bool init, FieldErrors errors)
    {
        var policy = container.Text("restartPolicy");
        if (!init)
        {
            if (policy is not null)
            {
                errors.Forbidden(path.Child("restartPolicy"), "may not be set for non-init containers");
            }

            return;
        }

        if (policy is not null && policy != "Always")
        {
            errors.NotSupported(path.Child("restartPolicy"), policy, ["Always"]);
        }

        if (policy == "Always")
        {
            return;
        }

        foreach (var name in ForMainContainersOnly)
        {
            if (container.Has(name))
            {
                errors.Forbidden(path.Child(name), "may not be set for init containers without restartPolicy=Always");
            }
        }
    }

    private static void Ports(JsonArray? ports, FieldPath container, PodScope scope, FieldErrors errors)
    {
        if (ports is null)
        {
            return;
        }

        HashSet<string>? names = null;
        for (var i = 0; i < ports.Count; i++)
        {
            var port = ports[i] as JsonObject;
            var path = container.Child("ports").Index(i);
            if (port.Text("name") is { Length: > 0 } name)
            {
                NameRules.Port(path.Child("name"), name, errors);
                if (!(names ??= new(StringComparer.Ordinal)).Add(name))
                {
                    errors.Duplicate(path.Child("name"), name);
                }
            }

            if (port.Number("containerPort") is not { } number || number == 0)
            {
                errors.Required(path.Child("containerPort"));
            }
            else
            {
                NumberRules.PortNumber(number, path.Child("containerPort"), errors);
            }

            HostPort(port, path, scope, errors);
            NumberRules.OneOf(port, "protocol", Protocols, path, errors);
        }
    }

    private static void HostPort(JsonObject? port, FieldPath path, PodScope scope, FieldErrors errors)
    {
        if (port.Number("hostPort") is not { } host || host == 0)
        {
            return;
        }

        NumberRules.PortNumber(host, path.Child("hostPort"), errors);
        if (scope.HostNetwork && host != port.Number("containerPort"))
        {
            errors.Invalid(path.Child("containerPort"), port.Number("containerPort") ?? 0, "must match `hostPort` when `hostNetwork` is true");
        }

        var use = $"{port.Text("protocol")}/{port.Text("hostIP")}/{host}";
        if (!scope.AddHostPort(use))
        {
            errors.Duplicate(path.Child("hostPort"), use);
        }
    }

    private static void Mounts(JsonArray? mounts, FieldPath container, PodScope scope, FieldErrors errors)
    {
        if (mounts is null)
        {
            return;
        }

        var paths = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < mounts.Count; i++)
        {
            var mount = mounts[i] as JsonObject;
            var path = container.Child("volumeMounts").Index(i);
            if (mount.Text("name") is not { Length: > 0 } name)
            {
                errors.Required(path.Child("name"));
            }
            else if (!scope.HasVolume(name))
            {
                errors.NotFound(path.Child("name"), name);
            }

            if (mount.Text("mountPath") is not { Length: > 0 } mountPath)
            {
                errors.Required(path.Child("mountPath"));
            }
            else if (!paths.Add(mountPath))
            {
                errors.Invalid(path.Child("mountPath"), mountPath, "must be unique");
            }

            if (mount.Text("subPath") is { Length: > 0 } subPath)
            {
                VolumeRules.RelativePath(subPath, path.Child("subPath"), errors);
            }
        }
    }
}
