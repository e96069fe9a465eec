using SecureToken.TestSupport;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>No token gets into a commit, and none onto a command line.</summary>
public sealed class GitTests
{
    [Fact]
    public async Task A_tracked_file_is_refused_before_anything_is_asked()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await Git.InitAsync(tool);
        tool.Write(".env", "# template\n");
        await Git.CommitAsync(tool, ".env");
        ToolRun run = await tool.FailAsync(17, "SECTOK511", "inject", "--dotenv", ".env");
        Assert.Contains("git rm --cached", run.Error, StringComparison.Ordinal);
        Assert.Empty(tool.Emulator.Requests);
    }

    [Theory]
    [InlineData("GIT_LITERAL_PATHSPECS")]
    [InlineData("GIT_GLOB_PATHSPECS")]
    public async Task A_tracked_file_is_refused_whatever_the_environment_makes_of_patterns(string variable)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await Git.InitAsync(tool);
        tool.Write("deploy/.env", "# template\n");
        await Git.CommitAsync(tool, "deploy/.env");
        tool.Set(variable, "1");
        await tool.FailAsync(17, "SECTOK511", "inject", "--dotenv", "deploy/.env");
    }

    [Fact]
    public async Task A_tracked_file_holds_up_the_other_destinations()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await Git.InitAsync(tool, "*.env\n");
        tool.Write("tracked.env", "# template\n");
        await Git.CommitAsync(tool, "tracked.env");
        await tool.FailAsync(17, "SECTOK511", "inject", "--dotenv", "good.env", "--user-secrets", "id", "--dotenv", "tracked.env");
        Assert.Empty(tool.Emulator.Requests);
    }

    [Trait("System", "Unix")]
    [Fact]
    public async Task A_file_that_git_does_not_ignore_is_written_for_the_owner_only_and_warned_about()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await Git.InitAsync(tool);
        ToolRun run = (await tool.RunAsync("inject", "--dotenv", ".env", "--json")).Succeeds();
        Assert.Equal(["SECTOK512"], run.Warnings);
        Assert.Equal("SECTOK512", run.Json().GetProperty("tokens")[0].GetProperty("destinations")[0].GetProperty("warnings")[0].GetProperty("code").GetString());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(tool.At(".env")));
    }

    [Fact]
    public async Task An_ignored_file_is_nothing_to_talk_about()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await Git.InitAsync(tool, "*.env\n");
        Assert.Empty((await tool.RunAsync("inject", "--dotenv", "deploy/a.env")).Succeeds().Warnings);

        // Inside a hook these variables point git elsewhere.
        tool.Set("GIT_DIR", tool.At("nowhere")).Set("GIT_WORK_TREE", tool.Home);
        Assert.Empty((await tool.RunAsync("inject", "--dotenv", "deploy/b.env")).Succeeds().Warnings);
    }

    [Fact]
    [Trait("Needs", "strace")]
    public async Task No_child_process_gets_a_secret_on_its_command_line()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await Git.InitAsync(tool, "*.env\n");
        tool.Write("Api.csproj", "<Project><PropertyGroup><UserSecretsId>mine</UserSecretsId></PropertyGroup></Project>");
        tool.Write("key", tool.Emulator.ApiKey);
        tool.Write("old.env", $"{ToolFixture.DefaultName}={tool.Token}\n");
        tool.Protect("the old token", tool.Token);
        tool.Emulator.ResetToken(ToolFixture.TeamId);
        string trace = Path.Combine(tool.Home, "trace");
        (await tool.RunAsync(new ToolCall(
            "inject", "--project", ".", "--user-secrets", "other", "--dotenv", "old.env", "--dotenv", "new.env", "--json-file", "c.json", "--api-key-file", "key", "-v")
        {
            // Stopped at this call only: at every call of all its processes it would be slow.
            Through = ["strace", "-f", "--seccomp-bpf", "-e", "trace=execve", "-s", "4096", "-o", trace],
        })).Succeeds();

        string calls = await File.ReadAllTextAsync(trace, TestContext.Current.CancellationToken);
        tool.AssertNoSecret(calls);
        Assert.Contains("\"check-ignore\"", calls, StringComparison.Ordinal);
        Assert.Matches("execve\\([^\\n]*/dotnet\", \"exec\"", calls);

        // The scanner sees a secret on a command line when there is one.
        (await tool.OtherAsync("strace", "-f", "--seccomp-bpf", "-e", "trace=execve", "-s", "4096", "-o", trace, "echo", tool.Token)).Exits(0);
        string planted = await File.ReadAllTextAsync(trace, TestContext.Current.CancellationToken);
        Assert.NotEmpty(new Canary("the planted token", tool.Token).FindIn(planted, "the trace"));
    }
}
