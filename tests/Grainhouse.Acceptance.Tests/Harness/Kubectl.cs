namespace Grainhouse.Acceptance.Tests.Harness;

/// <summary>The real kubectl against one cluster and one namespace.</summary>
internal sealed class Kubectl(string kubeconfig, string home, string @namespace = "default", string program = "kubectl")
{
    public string Namespace => @namespace;

    /// <summary>What a shell has to run for it.</summary>
    public string CommandLine => $"{program} -n {@namespace}";

    /// <summary>The environment that it needs.</summary>
    public IReadOnlyDictionary<string, string?> Settings => Environment(null);

    /// <summary>The same cluster, another namespace.</summary>
    public Kubectl In(string other) => new(kubeconfig, home, other, program);

    /// <summary>The same cluster and namespace, another kubectl.</summary>
    public Kubectl Of(string other) => new(kubeconfig, home, @namespace, other);

    public Task<CommandResult> RunAsync(params string[] arguments) => RunAsync(arguments, null);

    public Task<CommandResult> RunAsync(string[] arguments, string? input, TimeSpan? timeout = null, string? editor = null) =>
        Command.RunAsync(program, ["-n", @namespace, .. arguments], input, timeout, Environment(editor));

    /// <summary>Runs, expects success, and returns what was printed.</summary>
    public async Task<string> OkAsync(params string[] arguments) => (await RunAsync(arguments)).Ok();

    /// <summary>Runs, expects failure, and returns what was said.</summary>
    public async Task<string> FailsAsync(params string[] arguments) => (await RunAsync(arguments)).Failed();

    /// <summary><c>kubectl apply -f -</c>.</summary>
    public async Task<string> ApplyAsync(string manifest) => (await RunAsync(["apply", "-f", "-"], manifest)).Ok();

    /// <summary>One value by JSONPath.</summary>
    public async Task<string> ValueAsync(string resource, string path) =>
        await OkAsync(["get", .. resource.Split(' '), "-o", $"jsonpath={path}"]);

    /// <summary>Waits for a rollout to end in success.</summary>
    public async Task RolledOutAsync(string deployment, int seconds = 60) => (await RunAsync(
        ["rollout", "status", $"deployment/{deployment}", $"--timeout={seconds}s"], null, TimeSpan.FromSeconds(seconds + 10))).Ok();

    /// <summary>A kubectl that runs beside the test, as <c>get -w</c> and <c>logs -f</c> do.</summary>
    public ChildProcess Start(params string[] arguments) => new(program, ["-n", @namespace, .. arguments], Environment(null));

    // A home of its own, so that one cluster's discovery is not cached for the next on the same port.
    private Dictionary<string, string?> Environment(string? editor) => new()
    {
        ["KUBECONFIG"] = kubeconfig,
        ["HOME"] = home,
        ["KUBE_EDITOR"] = editor,
    };
}
