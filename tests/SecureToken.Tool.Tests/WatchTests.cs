using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary><c>watch</c>: a program that runs for weeks, and a look for cron.</summary>
public sealed class WatchTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_reset_is_followed_and_a_signal_ends_the_watch_well(string signal)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        bool isJson = signal == "INT";
        using Process process = tool.Start(["watch", "--dotenv", ".env", "--user-secrets", "id", "--interval", "5", .. isJson ? (string[])["--json"] : []]);
        process.StandardInput.Close();
        StreamReader events = isJson ? process.StandardOutput : process.StandardError;
        try
        {
            string first = await NextAsync(events);
            string old = tool.Token;
            tool.Protect("the old token", old);
            string born = tool.Emulator.ResetToken(ToolFixture.TeamId);
            string second = await NextAsync(events);
            Assert.Equal($"{ToolFixture.DefaultName}={born}\n", await File.ReadAllTextAsync(tool.At(".env"), Stop));
            Assert.Equal(born, InjectTests.ReadJson(tool.UserSecrets("id"), ToolFixture.DefaultKey));
            (await tool.OtherAsync("kill", "-" + signal, process.Id.ToString(CultureInfo.InvariantCulture))).Exits(0);
            await process.WaitForExitAsync(Stop).WaitAsync(TimeSpan.FromMinutes(1), Stop);
            Assert.Equal(0, process.ExitCode);
            string rest = await process.StandardOutput.ReadToEndAsync(Stop) + await process.StandardError.ReadToEndAsync(Stop);
            tool.AssertNoSecret(first + second + rest);
            Assert.Empty(rest);
            if (isJson)
            {
                AssertEvent(first, "watching", tool, "written");
                AssertEvent(second, "updated", tool, "written");
            }
            else
            {
                Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d team payments \(101\): watching token [0-9a-f]{12}: 2 written$", first);
                Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d team payments \(101\): token [0-9a-f]{12} -> [0-9a-f]{12}: 2 written$", second);
            }
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public async Task A_look_is_silent_when_there_is_nothing_to_do_and_says_what_it_did()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string[] look = ["watch", "--once", "--dotenv", ".env"];
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d team payments \(101\): token [0-9a-f]{12}: 1 written\n$", (await tool.RunAsync(look)).Succeeds().Error);
        ToolRun second = (await tool.RunAsync(look)).Succeeds();
        Assert.Empty(second.Output + second.Error);
        tool.Protect("the old token", tool.Token);
        string born = tool.Emulator.ResetToken(ToolFixture.TeamId);
        Assert.Contains("1 written", (await tool.RunAsync(look)).Succeeds().Error, StringComparison.Ordinal);
        Assert.Equal($"{ToolFixture.DefaultName}={born}\n", await File.ReadAllTextAsync(tool.At(".env"), Stop));

        tool.Emulator.FailNext(9, 501, "/api/token");
        ToolRun failed = await tool.RunAsync(look);
        Assert.Equal(12, failed.Exit);
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d team payments: SECTOK311: [^\n]+\n$", failed.Error);
        ToolRun json = await tool.RunAsync([.. look, "--json"]);
        Assert.Equal("trouble", JsonDocument.Parse(json.Output.TrimEnd('\n')).RootElement.GetProperty("event").GetString());
    }

    [Theory]
    [InlineData(10, "SECTOK108", "--interval", "4")]
    [InlineData(10, "SECTOK108", "--interval", "86401")]
    [InlineData(10, "SECTOK108", "--interval", "5s")]
    [InlineData(10, "SECTOK107", "--once", "--interval", "60")]
    [InlineData(13, "SECTOK403", "--team", "nobody")]
    [InlineData(11, "SECTOK203", "--api-key-file", "nowhere")]
    public async Task What_does_not_pass_by_waiting_ends_it_at_the_beginning(int exit, string code, params string[] fault)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await tool.FailAsync(exit, code, ["watch", "--dotenv", ".env", .. fault]);
    }

    [Fact]
    public async Task The_end_is_an_event_on_one_line_too()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = await tool.FailAsync(13, "SECTOK403", "watch", "--dotenv", ".env", "--team", "nobody", "--json");
        JsonElement last = JsonDocument.Parse(run.Output.TrimEnd('\n').Split('\n')[^1]).RootElement;
        Assert.Equal(("failed", 13), (last.GetProperty("event").GetString(), last.GetProperty("exitStatus").GetInt32()));
        Assert.Equal("SECTOK403", last.GetProperty("failure").GetProperty("code").GetString());
    }

    private static void AssertEvent(string line, string kind, ToolFixture tool, string outcome)
    {
        using var document = JsonDocument.Parse(line);
        JsonElement json = document.RootElement;
        Assert.Equal((2, "watch", kind), (json.GetProperty("schemaVersion").GetInt32(), json.GetProperty("command").GetString(), json.GetProperty("event").GetString()));
        Assert.Equal(ToolFixture.TeamId, json.GetProperty("team").GetProperty("id").GetInt32());
        Assert.Equal([tool.UserSecrets("id"), tool.At(".env")], json.GetProperty("destinations").EnumerateArray().Select(copy => copy.GetProperty("location").GetString()!));
        Assert.All(json.GetProperty("destinations").EnumerateArray(), copy => Assert.Equal(outcome, copy.GetProperty("outcome").GetString()));
    }

    private static async Task<string> NextAsync(StreamReader reader) => (await reader.ReadLineAsync(Stop).AsTask().WaitAsync(TimeSpan.FromMinutes(1), Stop))!;
}
