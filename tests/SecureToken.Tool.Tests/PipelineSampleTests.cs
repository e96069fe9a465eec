using System.Text.RegularExpressions;
using SecureToken.TestSupport;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>
/// The script steps of the samples, run as their systems would: each in a shell of its own, with what the step's <c>env</c> names, and with
/// what the system makes of the injection's output.
/// </summary>
[Trait("System", "Unix")]
public sealed partial class PipelineSampleTests
{
    private const string Variable = "SYSDIG_SECURE_API_TOKEN";

    [Fact]
    public async Task GitHub_Actions()
    {
        await using ToolFixture tool = await StartAsync();
        string environmentFile = tool.Write("github_env", string.Empty);
        tool.Set("GITHUB_ACTIONS", "true").Set("GITHUB_ENV", environmentFile);
        string[] steps = StepsOf("github-actions.yml", "run");
        Assert.Equal(3, steps.Length);
        string log = await StepAsync(tool, steps[0], Variable, null);
        log += await StepAsync(tool, steps[1], Variable, null);

        Match entry = HeredocPattern().Match(await File.ReadAllTextAsync(environmentFile, TestContext.Current.CancellationToken));
        Assert.True(entry.Success);
        Assert.Equal(Variable, entry.Groups["name"].Value);
        Assert.Contains("HTTP 200", await StepAsync(tool, steps[2], Variable, entry.Groups["value"].Value), StringComparison.Ordinal);

        // The runner learns the mask before anything else is printed.
        Assert.StartsWith($"::add-mask::{tool.Token}\n", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Azure_Pipelines()
    {
        await using ToolFixture tool = await StartAsync();
        tool.Set("TF_BUILD", "True");
        string[] steps = StepsOf("azure-pipelines.yml", "script");
        Assert.Equal(3, steps.Length);
        await StepAsync(tool, steps[0], Variable, null);
        string log = await StepAsync(tool, steps[1], Variable, null);
        Match set = SetVariablePattern().Match(log);
        Assert.True(set.Success, "No secret variable is set.");
        Assert.True(log.IndexOf("##vso[task.setsecret]", StringComparison.Ordinal) < set.Index);
        Assert.Contains("HTTP 200", await StepAsync(tool, steps[2], Variable, set.Groups["value"].Value), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GitLab_CI()
    {
        await using ToolFixture tool = await StartAsync();
        tool.Set("GITLAB_CI", "true");

        // GitLab runs all lines of before_script and script in one shell.
        string yaml = await ReadAsync("gitlab-ci.yml");
        string script = "set -e\n" + string.Join('\n', LinePattern().Matches(yaml).Select(match => match.Groups["line"].Value)).Replace("cd samples/Pipelines", ":", StringComparison.Ordinal);
        Assert.Contains("HTTP 200", await StepAsync(tool, script, Variable, null), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(tool.At("sysdig-token")));
        Assert.DoesNotContain("artifacts", yaml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tekton()
    {
        await using ToolFixture tool = await StartAsync();
        string yaml = await ReadAsync("tekton-task.yaml");

        // The mount point of the workspace is a directory of the test.
        string workspace = tool.At("workspace");
        Directory.CreateDirectory(workspace);
        tool.Write("tekton.sectoken.json", (await ReadAsync("tekton.sectoken.json")).Replace("/workspace/secrets/", "workspace/", StringComparison.Ordinal));
        string[] steps = [.. ScriptPattern().Matches(yaml).Select(match => string.Join('\n', match.Groups["script"].Value.Split('\n').Select(line => line.Trim())).Replace("/workspace/secrets/", workspace + "/", StringComparison.Ordinal))];
        Assert.Equal(2, steps.Length);
        await StepAsync(tool, steps[0], Variable, null);
        Assert.Contains("HTTP 200", await StepAsync(tool, steps[1], Variable, null), StringComparison.Ordinal);
    }

    /// <summary>The samples' files in the working directory, and a <c>dotnet</c> that has the tool of this test installed.</summary>
    private static async Task<ToolFixture> StartAsync()
    {
        ToolFixture tool = await ToolFixture.StartAsync();
        foreach (string file in Directory.GetFiles(Folder))
        {
            tool.Write(Path.GetFileName(file), (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Replace("../../docs/", "docs/", StringComparison.Ordinal));
        }

        string installed = string.Join(' ', ToolFixture.ProgramLine.Select(part => $"'{part}'"));
        Executable.Write(tool.At("bin/dotnet"), $"""
            #!/bin/sh
            case "$1 $2" in
              'tool install') exit 0 ;;
              'sectoken '*) shift; PATH="$REAL_PATH" exec {installed} "$@" ;;
            esac
            exit 64
            """ + "\n");
        string path = Environment.GetEnvironmentVariable("PATH")!;
        return tool.Set("PATH", tool.At("bin") + ":" + path).Set("REAL_PATH", path).Set("SYSDIG_SECURE_URL", tool.Emulator.BaseUrl.ToString().TrimEnd('/')).Set("SECTOKEN_TEAM", null);
    }

    private static string Folder => Path.Combine(Repository.Root, "samples", "Pipelines");

    private static Task<string> ReadAsync(string file) => File.ReadAllTextAsync(Path.Combine(Folder, file), TestContext.Current.CancellationToken);

    private static string[] StepsOf(string file, string key) =>
        [.. Regex.Matches(File.ReadAllText(Path.Combine(Folder, file)), $"(?m)^ *- {key}: (?<line>.+)$").Select(match => match.Groups["line"].Value)];

    private static async Task<string> StepAsync(ToolFixture tool, string script, string variable, string? value)
    {
        tool.Set(variable, value);
        CommandResult result = await tool.OtherAsync("bash", "-c", script);
        Assert.True(result.ExitCode == 0, $"{script} ended with {result.ExitCode}: {result.Error}");
        tool.AssertNoSecret(result.Error);
        return result.Output;
    }

    [GeneratedRegex("^(?<name>[A-Z_]+)<<(?<end>\\S+)\\n(?<value>.*)\\n\\k<end>\\n$")]
    private static partial Regex HeredocPattern();

    [GeneratedRegex("(?m)^##vso\\[task\\.setvariable variable=SYSDIG_SECURE_API_TOKEN;issecret=true[^\\]]*\\](?<value>\\S+)$")]
    private static partial Regex SetVariablePattern();

    [GeneratedRegex("(?m)^    - (?<line>.+)$")]
    private static partial Regex LinePattern();

    [GeneratedRegex("      script: \\|\\n(?<script>(?:        .*\\n?)+)")]
    private static partial Regex ScriptPattern();
}
