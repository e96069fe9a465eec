using SecureToken.Emulator;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>
/// Output that cannot be written. Text for people is best effort: the work goes on, and the exit status says how it went. Data that cannot be
/// written is exit 17 with the work done.
/// </summary>
[Trait("System", "Unix")]
[Trait("Needs", "python"), Trait("Cost", "high")]
public sealed class OutputLossTests
{
    private const string Route = "/api/token/reset";

    /// <summary>Each command: its arguments, its exit status, and that with its data lost. What it writes must be there in the end.</summary>
    private static readonly (string[] Arguments, int Exit, int Lost, string? Writes)[] Commands =
    [
        (["--help"], 0, 17, null),
        (["--version"], 0, 17, null),
        (["nonsense"], 10, 10, null),
        (["completion", "bash"], 0, 17, null),
        (["complete", "--", "in"], 0, 17, null),
        (["config"], 0, 17, null),
        (["config", "--schema"], 0, 17, null),
        (["doctor", "--dotenv", "known.env"], 0, 17, null),
        (["forget", "--dotenv", "forgotten.env", "--yes"], 0, 0, null),
        (["get"], 0, 17, null),
        (["get", "--team", "nobody"], 13, 13, null),
        (["init", "--dotenv", "made.env", "--yes", "--force"], 0, 0, "sectoken.json"),
        (["inject", "--dotenv", "injected.env"], 0, 0, "injected.env"),
        (["inject", "--dotenv", "reported.env", "--json"], 0, 17, "reported.env"),
        (["inject", "--dotenv", "none.env", "--json", "--team", "nobody"], 13, 13, null),
        (["inject", "--dotenv", "explained.env", "--explain"], 0, 0, null),
        (["ledger", "list"], 0, 17, null),
        (["ledger", "forget", "--gone"], 0, 0, null),
        (["reset", "--dotenv", "reset.env", "--request", "POST " + Route, "--yes", "--team", ToolFixture.OtherTeam, "--json"], 0, 17, "reset.env"),
        (["run", "--name", "X", "--", "sh", "-c", "exit 3"], 3, 3, null),
        (["status", "--dotenv", "known.env"], 0, 17, null),
        (["teams"], 0, 17, null),
        (["watch", "--dotenv", "watched.env", "--once"], 0, 0, "watched.env"),
        (["watch", "--dotenv", "events.env", "--once", "--json"], 0, 17, "events.env"),
    ];

    public static TheoryData<string, string> Losses
    {
        get
        {
            var losses = new TheoryData<string, string>();
            foreach (string way in LostOutput.All)
            {
                foreach (string descriptors in (string[])["1", "2", "12"])
                {
                    losses.Add(way, descriptors);
                }
            }

            return losses;
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task Every_command_does_its_work_and_only_lost_data_is_a_failure(string way, string descriptors)
    {
        await using ToolFixture tool = await StartAsync();
        (await tool.RunAsync("inject", "--dotenv", "known.env", "--dotenv", "forgotten.env")).Succeeds();
        List<string> faults = [];
        foreach ((string[] arguments, int exit, int lost, string? writes) in Commands)
        {
            ToolRun run = await tool.RunAsync(new ToolCall(arguments) { Through = LostOutput.Through(way, descriptors), PrintsToken = arguments[0] == "get" });

            // A reader that has gone wants no more, and an error would tell nobody anything.
            int expected = descriptors.Contains('1', StringComparison.Ordinal) && way != LostOutput.NoReader ? lost : exit;
            if (run.Exit != expected || (run.Output + run.Error).Contains("SECTOK900", StringComparison.Ordinal))
            {
                faults.Add($"{string.Join(' ', arguments)}: exit status {run.Exit} instead of {expected}: {run.Output}{run.Error}");
            }

            if (descriptors == "1" && expected != exit && !run.Errors.Contains("SECTOK530"))
            {
                faults.Add($"{string.Join(' ', arguments)}: nothing is said of the loss: {run.Error}");
            }

            if (writes is not null && !File.Exists(tool.At(writes)))
            {
                faults.Add($"{string.Join(' ', arguments)}: the work is not done");
            }

            File.Delete(tool.At("sectoken.json"));
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task Run_never_ends_well_when_its_programs_output_is_lost(string way, string descriptors)
    {
        await using ToolFixture tool = await StartAsync();
        ToolRun run = await tool.RunAsync(new ToolCall("run", "--", "sh", "-c", "echo data; echo text >&2; touch done") { Through = LostOutput.Through(way, descriptors) });
        Assert.Equal(125, run.Exit);
        Assert.True(File.Exists(tool.At("done")) || way == LostOutput.NoReader);
        if (descriptors == "1")
        {
            Assert.StartsWith("text\n", run.Error, StringComparison.Ordinal);
            Assert.Equal(["SECTOK530"], run.Errors);
        }
    }

    [Fact]
    public async Task A_program_whose_own_failure_stands_beside_the_loss_keeps_its_status()
    {
        await using ToolFixture tool = await StartAsync();
        ToolRun run = await tool.RunAsync(new ToolCall("run", "--", "sh", "-c", "echo data; exit 3") { Through = LostOutput.Through(LostOutput.Full, "1") });
        Assert.Equal(3, run.Exit);
        Assert.Equal(["SECTOK530"], run.Warnings);
    }

    [Fact]
    public async Task A_closed_standard_input_is_an_empty_one()
    {
        await using ToolFixture tool = await StartAsync();
        tool.Set("SECTOKEN_API_KEY", null);
        await tool.FailAsync(11, "SECTOK202", new ToolCall("get", "--api-key-stdin") { Through = ["sh", "-c", "exec \"$@\" <&-", "sh"] });
    }

    [Fact]
    public async Task No_file_gets_the_number_of_a_closed_descriptor_and_what_is_said_on_it()
    {
        await using ToolFixture tool = await StartAsync();
        foreach (string closed in (string[])["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
        {
            ToolRun run = await tool.RunAsync(new ToolCall("inject", "--verbose", "--dotenv", "a.env", "--json-file", "a.json") { Through = ["sh", "-c", $"exec \"$@\" {closed}", "sh"] });
            Assert.Equal(0, run.Exit);
            Assert.Equal($"{ToolFixture.DefaultName}={tool.Token}\n", await File.ReadAllTextAsync(tool.At("a.env"), TestContext.Current.CancellationToken));
            Assert.Equal(tool.Token, InjectTests.ReadJson(tool.At("a.json"), ToolFixture.DefaultKey));
            File.Delete(tool.At("a.env"));
            File.Delete(tool.At("a.json"));
        }
    }

    private static Task<ToolFixture> StartAsync() => ToolFixture.StartAsync(new EmulatorResetRoute("POST", Route));
}
