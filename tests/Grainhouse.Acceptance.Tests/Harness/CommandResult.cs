namespace Grainhouse.Acceptance.Tests.Harness;

/// <summary>What a command printed and how it ended.</summary>
internal sealed record CommandResult(string Command, int ExitCode, string Output, string Error)
{
    /// <summary>The output, once the command has succeeded; fails the test with both streams otherwise.</summary>
    public string Ok()
    {
        Assert.True(ExitCode == 0, ToString());
        return Output;
    }

    /// <summary>The error output, once the command has failed; fails the test otherwise.</summary>
    public string Failed()
    {
        Assert.True(ExitCode != 0, $"Expected to fail: {this}");
        return Error;
    }

    public override string ToString() => $"$ {Command}\nexit code {ExitCode}\n{Output}\n{Error}";
}
