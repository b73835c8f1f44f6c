namespace Grainhouse.Planning.Tests.Objects;

/// <summary>Documents as users send them.</summary>
internal static class Documents
{
    public const string Pod =
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'web','labels':{'app':'web'}},'spec':{'containers':[{'name':'main','image':'busybox:1.36'}]}}";

    public const string Deployment =
        """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","labels":{"app":"web"}},
         "spec":{"replicas":3,"selector":{"matchLabels":{"app":"web"}},
          "template":{"metadata":{"labels":{"app":"web"}},
           "spec":{"containers":[{"name":"main","image":"nginx:1.27","ports":[{"containerPort":80,"name":"http"}],
             "env":[{"name":"A","value":"1"},{"name":"B","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],
             "resources":{"requests":{"cpu":"100m","memory":"64Mi"},"limits":{"cpu":"500m","memory":"128Mi"}},
             "readinessProbe":{"httpGet":{"path":"/","port":"http"},"periodSeconds":5},
             "volumeMounts":[{"name":"config","mountPath":"/etc/web"}]}],
            "volumes":[{"name":"config","configMap":{"name":"web"}}]}}}}
        """;

    public const string Service =
        "{'apiVersion':'v1','kind':'Service','metadata':{'name':'web'},'spec':{'selector':{'app':'web'},'ports':[{'port':80}]}}";

    public const string ConfigMap = "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'conf'},'data':{'a':'1'}}";

    public const string Namespace = "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'team'}}";
}
