namespace Grainhouse.Acceptance.Tests.Harness;

/// <summary>What the tests apply.</summary>
internal static class Manifests
{
    /// <summary>A shell script that serves /health on 8080 with busybox's httpd and ends at once on SIGTERM.</summary>
    public const string ServeHealth =
        "mkdir -p /www; echo ok > /www/health; echo \"${GREETING:-hello}\" > /www/index.html; " +
        "trap 'exit 0' TERM; httpd -f -p 8080 -h /www & wait";

    /// <summary>A shell script that does nothing until SIGTERM.</summary>
    public const string Idle = "trap 'exit 0' TERM; sleep 100000 & wait";

    /// <summary>A Deployment of idle containers.</summary>
    public static string Deployment(string name, int replicas = 1, string image = TestImages.One, string script = Idle, string specExtra = "") => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: {{name}}
          labels: { app: {{name}} }
        spec:
          replicas: {{replicas}}
          {{specExtra}}
          selector:
            matchLabels: { app: {{name}} }
          template:
            metadata:
              labels: { app: {{name}} }
            spec:
              terminationGracePeriodSeconds: 5
              containers:
              - name: main
                image: {{image}}
                command: ["sh", "-c", {{Quote(script)}}]
        """;

    /// <summary>A Deployment that serves /health, with a readiness probe that does not mind a busy machine.</summary>
    public static string Serving(string name, int replicas, string image = TestImages.One, string specExtra = "") =>
        Deployment(name, replicas, image, ServeHealth, specExtra) + "\n" + """
                readinessProbe:
                  httpGet: { path: /health, port: 8080 }
                  periodSeconds: 1
                  timeoutSeconds: 5
                  failureThreshold: 10
        """;

    /// <summary>A pod that runs a script.</summary>
    public static string Pod(string name, string script, string restartPolicy = "Always", string containerExtra = "") => $$"""
        apiVersion: v1
        kind: Pod
        metadata:
          name: {{name}}
          labels: { app: {{name}} }
        spec:
          restartPolicy: {{restartPolicy}}
          terminationGracePeriodSeconds: 2
          containers:
          - name: main
            image: {{TestImages.One}}
            command: ["sh", "-c", {{Quote(script)}}]
            {{containerExtra}}
        """;

    /// <summary>Three replicas with probes and config: what the verbs are tried on.</summary>
    public const string Web = """
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: web }
        data: { greeting: "hello from the config map" }
        ---
        apiVersion: v1
        kind: Secret
        metadata: { name: web }
        stringData: { token: s3cret }
        ---
        apiVersion: v1
        kind: Service
        metadata: { name: web }
        spec:
          selector: { app: web }
          ports: [ { port: 80, targetPort: 8080 } ]
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
          labels: { app: web }
        spec:
          replicas: 3
          selector:
            matchLabels: { app: web }
          template:
            metadata:
              labels: { app: web }
            spec:
              terminationGracePeriodSeconds: 5
              containers:
              - name: main
                image: grainhouse-test/busybox:1
                command: ["sh", "-c", "echo one; echo two; echo three; mkdir -p /www; echo ok > /www/health; echo $GREETING > /www/index.html; trap 'exit 0' TERM; httpd -f -p 8080 -h /www & wait"]
                ports: [ { containerPort: 8080 } ]
                env:
                - name: GREETING
                  valueFrom: { configMapKeyRef: { name: web, key: greeting } }
                - name: TOKEN
                  valueFrom: { secretKeyRef: { name: web, key: token } }
                readinessProbe:
                  httpGet: { path: /health, port: 8080 }
                  periodSeconds: 1
                livenessProbe:
                  httpGet: { path: /health, port: 8080 }
                  periodSeconds: 10
                resources:
                  requests: { cpu: 10m, memory: 16Mi }
                  limits: { memory: 64Mi }
        """;

    private static string Quote(string script) => System.Text.Json.JsonSerializer.Serialize(script);
}
