using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>Exits 15 and 17: what a file or directory refuses.</summary>
public sealed class LocalFileTests
{
    /// <summary>Nobody, not even root, can create a file there, and only the attempt shows it.</summary>
    private const string Unwritable = "bad.env";

    [Fact]
    public async Task One_destination_that_cannot_be_written_does_not_hold_up_the_other()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        Directory.CreateDirectory(tool.At(Unwritable + ".sectoken.tmp"));
        ToolRun run = (await tool.RunAsync("inject", "--dotenv", Unwritable, "--dotenv", "good.env", "--json")).FailsWith(15, "SECTOK505");
        Assert.Contains("failed    dotenv", run.Error, StringComparison.Ordinal);
        Assert.Equal($"{ToolFixture.DefaultName}={tool.Token}\n", await File.ReadAllTextAsync(tool.At("good.env"), TestContext.Current.CancellationToken));
        string?[] outcomes = [.. run.Json().GetProperty("tokens")[0].GetProperty("destinations").EnumerateArray().Select(line => line.GetProperty("outcome").GetString())];
        Assert.Equal(["failed", "written"], outcomes);
    }

    [Fact]
    public async Task The_only_destination_that_cannot_be_written_is_a_local_failure()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        Directory.CreateDirectory(tool.At(Unwritable + ".sectoken.tmp"));
        ToolRun run = (await tool.RunAsync("inject", "--dotenv", Unwritable)).FailsWith(17, "SECTOK505");
        Assert.Contains(Unwritable, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("System", "Unix")]
    public async Task A_limit_on_the_size_of_files_is_a_local_failure_and_not_the_end_by_a_signal()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();

        // The runtime of an IL program keeps code in files that have no name, and is ended by the limit itself.
        tool.Set("DOTNET_EnableWriteXorExecute", "0");
        tool.Write("large.env", new string('#', 3000) + $"\n{ToolFixture.DefaultName}=an-old-one\n");
        ToolRun run = await tool.FailAsync(17, "SECTOK505", new ToolCall("inject", "--dotenv", "large.env") { Through = ["bash", "-c", "ulimit -f 1 && exec \"$@\"", "bash"] });
        Assert.Contains("ulimit -f", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(tool.At("large.env.sectoken.tmp")));
        (await tool.RunAsync("inject", "--dotenv", "large.env")).Succeeds();
        Assert.Contains(tool.Token, await File.ReadAllTextAsync(tool.At("large.env"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_symbolic_link_is_refused_and_its_target_untouched()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Write("target", "# precious\n");
        File.CreateSymbolicLink(tool.At(".env"), tool.At("target"));
        File.CreateSymbolicLink(tool.At("dangling.env"), tool.At("nowhere"));
        await tool.FailAsync(17, "SECTOK502", "inject", "--dotenv", ".env");
        await tool.FailAsync(17, "SECTOK502", "inject", "--dotenv", "dangling.env");
        Assert.Empty(tool.Emulator.Requests);
    }

    [Trait("System", "Unix")]
    [Fact]
    public async Task A_directory_a_pipe_and_a_file_as_directory_are_refused()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        Directory.CreateDirectory(tool.At("dir.env"));
        (await tool.OtherAsync("mkfifo", tool.At("pipe.env"))).Exits(0);
        tool.Write("file", "x");
        await tool.FailAsync(17, "SECTOK503", "inject", "--dotenv", "dir.env");
        await tool.FailAsync(17, "SECTOK503", "inject", "--json-file", "pipe.env");
        await tool.FailAsync(17, "SECTOK504", "inject", "--dotenv", "file/x.env");
        Assert.Empty(tool.Emulator.Requests);
    }

    [Trait("System", "Unix")]
    [Fact]
    public async Task A_directory_that_cannot_be_looked_into_is_told()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string closed = Directory.CreateDirectory(tool.At("closed")).FullName;
        string[] asNobody = await AsNobodyAsync(tool);
        File.SetUnixFileMode(closed, UnixFileMode.None);
        try
        {
            ToolRun run = (await tool.RunAsync(new ToolCall("inject", "--dotenv", "closed/x.env") { Through = asNobody })).FailsWith(17, "SECTOK504");
            Assert.Contains("ermission denied", run.Error, StringComparison.Ordinal);
            (await tool.RunAsync(new ToolCall("inject", "--project", "closed") { Through = asNobody })).FailsWith(10, "SECTOK113");
            Assert.Empty(tool.Emulator.Requests);
        }
        finally
        {
            File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Trait("System", "Unix")]
    [Fact]
    public async Task A_directory_in_which_everyone_may_write_is_refused()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        Directory.CreateDirectory(tool.At("open"));
        (await tool.OtherAsync("chmod", "777", tool.At("open"))).Exits(0);
        await tool.FailAsync(17, "SECTOK506", "inject", "--dotenv", "open/.env");
        Assert.Empty(tool.Emulator.Requests);
    }

    [Theory]
    [InlineData("{ \"a\": ")]
    [InlineData("[1]")]
    [InlineData("{ \"Sysdig\": { \"SecureApiToken\": \"1\" }, \"sysdig:secureapitoken\": \"2\" }")]
    public async Task A_file_that_cannot_be_edited_safely_is_told_with_the_place(string content)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Write("a.json", content);
        ToolRun run = await tool.FailAsync(17, "SECTOK510", "inject", "--json-file", "a.json");
        Assert.Matches(@"a\.json\(\d+,\d+\): ", run.Error);
        Assert.Empty(tool.Emulator.Requests);
    }

    [Fact]
    public async Task Without_a_home_a_state_directory_is_enough_and_one_that_cannot_be_written_is_told_with_the_way_out()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("HOME", string.Empty).Set("SECTOKEN_STATE_DIR", tool.Write("file", string.Empty) + "/state");
        ToolRun run = await tool.FailAsync(17, "SECTOK528", "inject", "--dotenv", ".env");
        Assert.Contains("file/state", run.Error, StringComparison.Ordinal);
        Assert.Contains("SECTOKEN_STATE_DIR", run.Error, StringComparison.Ordinal);

        tool.Set("SECTOKEN_STATE_DIR", tool.At("state"));
        (await tool.RunAsync("inject", "--dotenv", ".env")).Succeeds();
    }

    [Trait("System", "Unix")]
    [Fact]
    public async Task Standard_output_that_takes_no_data_is_told()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = (await tool.RunAsync(new ToolCall("get") { Through = ["sh", "-c", "exec \"$@\" > /dev/full", "sh"] })).FailsWith(17, "SECTOK530");
        Assert.Contains("Standard output", run.Error, StringComparison.Ordinal);
    }

    /// <summary>Gives up root, who may look into everything.</summary>
    private static async Task<string[]> AsNobodyAsync(ToolFixture tool)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return [];
        }

        (await tool.OtherAsync("chown", "-R", "65534:65534", Path.GetDirectoryName(tool.Work)!)).Exits(0);
        return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    }
}
