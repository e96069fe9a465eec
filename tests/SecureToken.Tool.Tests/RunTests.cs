using System.Globalization;
using SecureToken.TestSupport;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>A program with tokens in its environment, and everything else as it would be without us.</summary>
public sealed class RunTests
{
    private const string Default = ToolFixture.DefaultName;

    [Trait("System", "Unix")]
    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("exit 255", 255)]
    [InlineData("kill -KILL $$", 137)]
    [InlineData("kill -TERM $$", 143)]
    public async Task The_exit_status_is_the_programs(string script, int status)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = await tool.RunAsync("run", "--", "sh", "-c", script);
        Assert.Equal(status, run.Exit);
        Assert.Empty(run.Output + run.Error);
    }

    [Theory]
    [InlineData(127, "SECTOK601", "run -- no-such-program")]
    [InlineData(126, "SECTOK602", "run -- ./plain")]
    [InlineData(125, "SECTOK631", "run")]
    [InlineData(125, "SECTOK631", "run --")]
    [InlineData(125, "SECTOK109", "run sh")]
    [InlineData(125, "SECTOK109", "run --frobnicate -- sh")]
    [InlineData(125, "SECTOK116", "run --token x -- sh")]
    [InlineData(125, "SECTOK108", "run --timeout 0 -- sh")]
    [InlineData(125, "SECTOK112", "run --name 1ST -- sh")]
    [InlineData(125, "SECTOK108", "run --template x -- sh")]
    [InlineData(125, "SECTOK632", "run --team payments --team checkout -- sh")]
    [InlineData(125, "SECTOK632", "run --team payments --team checkout --name A -- sh")]
    [InlineData(125, "SECTOK107", "run --team payments --team checkout --name A --name A -- sh")]
    public async Task Our_own_failures_are_told_apart_from_the_programs_before_anything_is_asked(int status, string code, string line)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Write("plain", "not executable");
        await tool.FailAsync(status, code, line.Split(' '));
        Assert.Empty(tool.Emulator.Requests);
    }

    [Fact]
    public async Task Without_a_token_nothing_runs()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await tool.FailAsync(125, "SECTOK403", "run", "--team", "nobody", "--", "touch", "ran");
        tool.Set("SECTOKEN_API_KEY", null);
        Assert.Equal(125, (await tool.RunAsync("run", "--", "touch", "ran")).Exit);
        Assert.False(File.Exists(tool.At("ran")));
    }

    [Trait("System", "Unix")]
    [Fact]
    public async Task A_program_in_the_current_directory_needs_its_path()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        Executable.Write(tool.At("mine"), "#!/bin/sh\necho mine\n");
        tool.Set("PATH", ".:" + Environment.GetEnvironmentVariable("PATH"));
        Assert.Equal(127, (await tool.RunAsync("run", "--", "mine")).Exit);
        Assert.Equal("mine\n", (await tool.RunAsync("run", "--", "./mine")).Output);
    }

    [Fact]
    public async Task What_follows_the_dashes_is_the_programs_own()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = await tool.RunAsync("run", "-q", "--", "printf", "[%s]", "--help", "-v", "--", "a b", string.Empty, "$HOME", "--json", "ü");
        Assert.Equal("[--help][-v][--][a b][][$HOME][--json][ü]", run.Output);
    }

    [Fact]
    public async Task Each_name_holds_the_token_of_its_team()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        Assert.Equal(tool.Token, await PrintAsync(tool, Default));
        Assert.Equal($"{tool.Token} {tool.Token}", await PrintAsync(tool, "A B", "--name", "A", "--name", "B"));
        Assert.Equal("Bearer " + tool.Token, await PrintAsync(tool, "A", "--name", "A", "--template", "Bearer {token}"));
        string other = tool.Emulator.TokenOf(ToolFixture.OtherTeam);
        tool.Emulator.ClearRequests();
        Assert.Equal($"{other} {tool.Token}", await PrintAsync(tool, "A B", "--team", ToolFixture.OtherTeam, "--name", "A", "--team", ToolFixture.Team, "--name", "B"));
        Assert.Equal(1, tool.Emulator.Count("POST", "/identity/token"));
    }

    [Trait("System", "Unix")]
    [Fact]
    public async Task The_environment_is_ours_but_for_the_token_and_our_own_credentials()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string[] credentials = ["SECTOKEN_API_KEY", "IBMCLOUD_API_KEY", "IC_API_KEY", "SYSDIG_IBM_SECURE_API_KEY", "IC_IAM_TOKEN", "IBMCLOUD_IAM_TOKEN"];
        foreach (string name in credentials[1..4])
        {
            tool.Set(name, tool.Emulator.ApiKey);
        }

        string[] kept = [.. (await NamesAsync(tool, "--keep-credentials")).Where(name => credentials.Contains(name))];
        Assert.Equal(credentials[..4].Order(StringComparer.Ordinal), kept);
        string[] names = await NamesAsync(tool);
        Assert.DoesNotContain(names, name => credentials.Contains(name));
        Assert.Contains(Default, names);
        Assert.Equal((await NamesAsync(tool, "--keep-credentials")).Except(credentials), names);

        // A name that is there already is replaced, and bytes that are no text arrive as they were.
        tool.Set(Default, "old");
        ToolRun raw = await tool.RunAsync(new ToolCall("run", "--", "sh", "-c", $"env | grep -c ^{Default}=; printf %s \"$RAW\" | od -An -tx1")
        {
            Through = ["sh", "-c", "RAW=$(printf '\\377x') exec \"$@\"", "sh"],
        });
        Assert.Equal("1\n ff 78\n", raw.Output);
    }

    [Trait("System", "Unix")]
    [Fact]
    public async Task Without_masking_the_program_takes_our_place()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string[] identity = ["sh", "-c", "echo $$; exec \"$@\"", "sh"];
        ToolRun replaced = await tool.RunAsync(new ToolCall("run", "--no-mask", "--", "sh", "-c", "echo $$") { Through = identity });
        string[] ids = replaced.Output.Split('\n');
        Assert.Equal(ids[0], ids[1]);
        ToolRun attended = await tool.RunAsync(new ToolCall("run", "--", "sh", "-c", "echo $PPID") { Through = identity });
        ids = attended.Output.Split('\n');
        Assert.Equal(ids[0], ids[1]);
    }

    [Trait("System", "Unix")]
    [Theory]
    [InlineData("--no-mask")]
    [InlineData("--quiet")]
    public async Task The_token_is_on_no_command_line_on_no_disk_and_not_in_our_own_environment(string option)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string before = tool.Destinations().ToString();
        ToolRun run = await tool.RunAsync(
            "run", option, "--", "sh", "-c", $"cat /proc/$$/cmdline /proc/$PPID/cmdline | grep -c \"${Default}\"; grep -c \"${Default}\" /proc/$PPID/environ; true");
        Assert.Equal("0\n0\n", run.Output);
        Assert.Equal(before, tool.Destinations().ToString());
    }

    [Trait("System", "Unix")]
    [Fact]
    public async Task Standard_input_and_the_limits_are_the_programs()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        foreach (string option in (string[])["--no-mask", "--quiet"])
        {
            Assert.Equal("hello", (await tool.RunAsync(new ToolCall("run", option, "--", "cat") { Input = "hello" })).Output);
            ToolRun limits = await tool.RunAsync(new ToolCall("run", option, "--", "sh", "-c", "ulimit -c; grep SigBlk /proc/self/status") { Through = ["sh", "-c", "ulimit -c 8; exec \"$@\"", "sh"] });
            Assert.Equal("8\nSigBlk:\t0000000000000000\n", limits.Output);
        }
    }

    [Trait("System", "Unix")]
    [Fact]
    public async Task What_the_program_leaves_running_does_not_keep_us()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = await tool.RunAsync("run", "--", "sh", "-c", "sleep 600 & echo $!");
        Assert.Equal(0, run.Exit);
        System.Diagnostics.Process.GetProcessById(int.Parse(run.Output, CultureInfo.InvariantCulture)).Kill();
    }

    private static async Task<string> PrintAsync(ToolFixture tool, string names, params string[] options)
    {
        string script = "printf '%s\\n' " + string.Join(' ', names.Split(' ').Select(name => $"\"${name}\""));
        ToolRun run = await tool.RunAsync(new ToolCall(["run", "--no-mask", .. options, "--", "sh", "-c", script]) { PrintsToken = true });
        return run.Succeeds().Output.TrimEnd('\n').Replace('\n', ' ');
    }

    private static async Task<string[]> NamesAsync(ToolFixture tool, params string[] options) =>
        [.. (await tool.RunAsync(["run", .. options, "--", "sh", "-c", "env | cut -d= -f1 | LC_ALL=C sort"])).Succeeds().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
}
