namespace Grainhouse.Acceptance.Tests.Harness;

/// <summary>A directory that goes with the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("grainhouse-test-").FullName;

    /// <summary>Writes a file into it and returns its path.</summary>
    public string Write(string name, string content)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, content);
        return path;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A volume that a container still holds; the system's own clean-up of /tmp gets it.
        }
        catch (UnauthorizedAccessException)
        {
        }
    }
}
