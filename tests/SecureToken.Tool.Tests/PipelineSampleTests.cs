using SecureToken.TestSupport;
using SecureToken.Tool.Tests.Support;
using SecureToken.Tool.Tests.Support.Pipelines;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>
/// The samples, with the action and the templates that they use, run as their systems would run them: each step in a shell of its own, with
/// what its <c>env</c> names, and with what the system makes of the injection's output.
/// </summary>
[Trait("System", "Unix")]
public sealed class PipelineSampleTests
{
    private const string Variable = "SYSDIG_SECURE_API_TOKEN";
    private static readonly Dictionary<string, string> AsTheSampleSays = [];

    public static TheoryData<string> Systems => new("GitHub", "Azure", "GitLab");

    [Theory]
    [MemberData(nameof(Systems))]
    public async Task The_token_is_there_for_later_steps_and_the_tool_is_installed_once(string system)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        PipelineJob job = JobOf(system, tool);
        await job.RunAsync(AsTheSampleSays);
        Assert.Contains("HTTP 200", job.Log, StringComparison.Ordinal);
        await job.RunAsync(AsTheSampleSays);
        string[] installation = await File.ReadAllLinesAsync(job.Installations, TestContext.Current.CancellationToken);
        Assert.Equal(["tool", "install", "dotnet-sectoken", "--version", Version, "--tool-path"], installation[..6]);
        Assert.Equal(7, installation.Length);
    }

    [Fact]
    public async Task GitHub_learns_the_mask_before_anything_else_is_printed()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        var job = new GitHubJob(tool);
        await job.RunAsync(AsTheSampleSays);
        Assert.StartsWith($"::add-mask::{tool.Token}\n", job.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Azure_learns_the_mask_before_the_variable()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        var job = new AzureJob(tool);
        await job.RunAsync(AsTheSampleSays);
        int masked = job.Log.IndexOf("##vso[task.setsecret]", StringComparison.Ordinal);
        Assert.InRange(masked, 0, job.Log.IndexOf("##vso[task.setvariable", StringComparison.Ordinal));
    }

    [Fact]
    public async Task GitLab_gets_a_private_file_that_is_no_artifact_and_prints_no_token()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        var job = new GitLabJob(tool);
        await job.RunAsync(AsTheSampleSays);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(tool.At("samples/Pipelines/sysdig-token")));
        tool.AssertNoSecret(job.Log);
        Assert.DoesNotContain("artifacts", await ReadAsync("gitlab-ci.yml"), StringComparison.Ordinal);
        Assert.DoesNotContain("artifacts", await ReadAsync("gitlab-inject.yml"), StringComparison.Ordinal);
    }

    /// <summary>A version is a ref's name or a pull request's text in somebody's pipeline: it must stay a value.</summary>
    [Theory]
    [MemberData(nameof(Systems))]
    public async Task An_input_is_a_value_and_never_a_part_of_a_script(string system)
    {
        const string Hostile = "0.1.0\"; touch pwned; `touch pwned`; $(touch pwned); echo \"";
        await using ToolFixture tool = await ToolFixture.StartAsync();
        PipelineJob job = JobOf(system, tool);
        string settings = tool.Write("samples/Pipelines/$(touch pwned); x.json", await File.ReadAllTextAsync(tool.At($"samples/Pipelines/{system.ToLowerInvariant()}.sectoken.json"), TestContext.Current.CancellationToken));
        await job.RunAsync(new Dictionary<string, string> { ["version"] = Hostile, ["source"] = Hostile, ["settings"] = Path.GetFileName(settings) });
        Assert.Contains("HTTP 200", job.Log, StringComparison.Ordinal);
        string[] installation = await File.ReadAllLinesAsync(job.Installations, TestContext.Current.CancellationToken);
        Assert.Equal(Hostile, installation[4]);
        Assert.Equal(["--source", Hostile], installation[7..]);
        Assert.Empty(Directory.GetFiles(tool.Work, "pwned", SearchOption.AllDirectories));
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public async Task Without_a_key_the_credential_is_the_environments(string system)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        PipelineJob job = JobOf(system, tool);
        tool.Set("SECTOKEN_API_KEY", tool.Emulator.ApiKey);

        // In Azure a variable that is not set is its own text: the fork's build of a pull request.
        await job.RunAsync(new Dictionary<string, string> { ["key"] = system == "Azure" ? "$(NOT_SET)" : string.Empty });
        Assert.Contains("HTTP 200", job.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tekton()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        var job = new TektonJob(tool);
        await job.RunAsync(AsTheSampleSays);
        Assert.Contains("HTTP 200", job.Log, StringComparison.Ordinal);
        string[] installation = await File.ReadAllLinesAsync(job.Installations, TestContext.Current.CancellationToken);
        Assert.Equal(["--version", Version], installation[3..5]);
    }

    private static string Version => typeof(SecureToken.Core.Secrets.Token).Assembly.GetName().Version!.ToString(3);

    internal static PipelineJob JobOf(string system, ToolFixture tool) => system switch
    {
        "GitHub" => new GitHubJob(tool),
        "Azure" => new AzureJob(tool),
        _ => new GitLabJob(tool),
    };

    private static Task<string> ReadAsync(string file) =>
        File.ReadAllTextAsync(Path.Combine(Repository.Root, "samples", "Pipelines", file), TestContext.Current.CancellationToken);
}
