using SecureToken.TestSupport;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>A repository that somebody else wrote: to look at it, and to write into it, runs nothing of it and tells it no secret.</summary>
public sealed class ForeignCloneTests
{
    private const string Settings = """{ "tokens": [ { "destinations": [ { "kind": "dotenv", "path": "a.env" }, { "kind": "user-secrets", "project": "App.csproj" } ] } ] }""";

    [Trait("System", "Unix")]
    [Theory]
    [InlineData("inject", "--explain")]
    [InlineData("inject")]
    [InlineData("status")]
    [InlineData("doctor")]
    public async Task Programs_that_it_brings_are_not_started(params string[] command)
    {
        await using ToolFixture tool = await StartAsync("mine");
        foreach (string name in (string[])["git", "dotnet", "xdg-open", "monitor"])
        {
            Executable.Write(tool.At(name), $"#!/bin/sh\ntouch '{tool.At("ran")}-{name}'\n");
        }

        (await tool.OtherAsync("git", "config", "core.fsmonitor", tool.At("monitor"))).Exits(0);
        ToolRun run = await tool.RunAsync(command);
        Assert.Contains(run.Exit, (int[])[0, 14]);
        Assert.Empty(Directory.GetFiles(tool.Work, "ran-*"));
    }

    [Trait("System", "Unix")]
    [Fact]
    public async Task The_page_of_a_reset_is_not_opened_by_a_program_that_it_brings()
    {
        await using ToolFixture tool = await StartAsync("mine");
        Executable.Write(tool.At("xdg-open"), $"#!/bin/sh\ntouch '{tool.At("ran")}'\n");
        tool.Set("DISPLAY", ":9").Set("PATH", "/usr/bin:/bin");
        using var session = new ToolSession(tool, tool.Start("reset", "--dotenv", "a.env"));
        await session.UntilAsync("Waiting for the new token");
        tool.Emulator.ResetToken(ToolFixture.TeamId);
        Assert.Equal(0, (await session.EndAsync()).Exit);
        Assert.False(File.Exists(tool.At("ran")));
    }

    [Fact]
    public async Task The_evaluation_of_a_project_knows_no_credential_and_no_token()
    {
        await using ToolFixture tool = await StartAsync("$(SECTOKEN_API_KEY)$(IBMCLOUD_API_KEY)$(SYSDIG_SECURE_API_TOKEN)$(SEEN)");
        tool.Set("IBMCLOUD_API_KEY", tool.Emulator.ApiKey).Set("SYSDIG_SECURE_API_TOKEN", tool.Token).Set("SEEN", "nothing-else");
        (await tool.RunAsync("inject")).Succeeds();
        Assert.True(File.Exists(tool.UserSecrets("nothing-else")));
    }

    [Fact]
    public async Task A_tracked_file_is_refused_also_behind_a_link_among_its_directories()
    {
        await using ToolFixture tool = await StartAsync("mine");
        tool.Write("deploy/api.env", "# template\n");
        File.CreateSymbolicLink(tool.At("link"), tool.At("deploy"));
        await Git.CommitAsync(tool, "deploy/api.env");
        await tool.FailAsync(17, "SECTOK511", "inject", "--dotenv", "link/api.env");

        // From outside of the work tree too.
        string outside = Path.Combine(tool.Home, "link");
        File.CreateSymbolicLink(outside, tool.At("deploy"));
        await tool.FailAsync(17, "SECTOK511", "inject", "--dotenv", Path.Combine(outside, "api.env"));
        Assert.Empty(tool.Emulator.Requests);
    }

    [Fact]
    public async Task A_tracked_file_is_refused_also_where_another_user_cloned()
    {
        await using ToolFixture tool = await StartAsync("mine");
        tool.Write("api.env", "# template\n");
        await Git.CommitAsync(tool, "api.env");
        (await tool.OtherAsync("chown", "-R", "nobody", tool.Work)).Exits(0);
        Assert.NotEqual(0, (await tool.OtherAsync("git", "status")).ExitCode);
        await tool.FailAsync(17, "SECTOK511", "inject", "--dotenv", "api.env");
        Assert.Empty(tool.Emulator.Requests);
    }

    [Fact]
    public async Task Where_git_cannot_be_asked_that_is_what_is_said()
    {
        await using ToolFixture tool = await StartAsync("mine");
        tool.Set("PATH", tool.Home);
        ToolRun run = (await tool.RunAsync("inject", "--dotenv", "a.env")).Succeeds();
        Assert.Equal(["SECTOK519"], run.Warnings);
    }

    private static async Task<ToolFixture> StartAsync(string userSecretsId)
    {
        ToolFixture tool = await ToolFixture.StartAsync();
        await Git.InitAsync(tool, "a.env\n");
        tool.Write("App.csproj", $"<Project><PropertyGroup><UserSecretsId>{userSecretsId}</UserSecretsId></PropertyGroup></Project>");
        tool.Write("sectoken.json", Settings);
        return tool;
    }
}
