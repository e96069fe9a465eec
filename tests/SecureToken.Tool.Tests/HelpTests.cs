using System.Text.RegularExpressions;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>Help and version.</summary>
public sealed partial class HelpTests
{
    private static readonly string[] Common =
    [
        "--region", "--endpoint", "--instance", "--team", "--iam-endpoint", "--api-key-file", "--api-key-stdin", "--iam-token-file",
        "--iam-token-stdin", "--credential", "--iam-profile", "--ca-bundle", "--private", "--verify", "--resource-controller", "--trust-host", "--timeout", "--quiet", "--verbose", "--help",
    ];

    private static readonly string[] Places = ["--project", "--user-secrets", "--dotenv", "--json-file", "--kubernetes", "--secret", "--key", "--name"];

    public static TheoryData<string, string[]> Commands => new()
    {
        { "init", [.. Common, "--project", "--dotenv", "--force", "--from-environment", "--yes"] },
        { "inject", [.. Common, .. Places, "--token-stdin", "--dry-run", "--explain", "--force", "--strict-identity", "--json"] },
        { "status", [.. Common, .. Places, "--token-stdin", "--all", "--offline", "--json", "--html"] },
        { "reset", [.. Common, .. Places, "--token-stdin", "--all-known", "--assume-browser-user", "--rehearse", "--resume", "--request", "--yes", "--wait", "--no-browser", "--json", "--html"] },
        { "watch", [.. Common, .. Places, "--interval", "--once", "--strict-identity", "--json"] },
        { "doctor", [.. Common, .. Places, "--json"] },
        { "ledger", ["--help"] },
        { "ledger list", ["--help", "--json", "--quiet"] },
        { "ledger forget", ["--help", "--json", "--quiet", "--gone"] },
        { "forget", [.. Common, .. Places, "--token-stdin", "--force", "--yes", "--json"] },
        { "get", [.. Common, "--newline", "--reveal"] },
        { "teams", [.. Common, "--json"] },
        { "run", [.. Common, "--name", "--template", "--keep-credentials", "--no-mask", "--on-reset", "--signal", "--interval"] },
        { "config", [.. Common, "--schema", "--json"] },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_names_every_option_and_no_other(string command, string[] options)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        foreach (string help in (string[])["--help", "-h"])
        {
            ToolRun run = (await tool.RunAsync([.. command.Split(' '), help])).Succeeds();
            Assert.Empty(run.Error);
            Assert.Equal(options.Order(StringComparer.Ordinal), OptionName().Matches(run.Output).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
            Assert.Contains("Usage: dotnet sectoken " + command, run.Output, StringComparison.Ordinal);
            ToolRun.AssertPrintable(run.Output);
            Assert.True(run.Output.Split('\n').Max(line => line.Length) <= 80);
        }

        Assert.Empty(tool.Emulator.Requests);
    }

    [Theory]
    [InlineData("--help", "help")]
    [InlineData("--help", "-?")]
    [InlineData("--version", "version")]
    [InlineData("inject --help", "help inject")]
    [InlineData("inject --help", "inject -?")]
    [InlineData("ledger list --help", "help ledger list")]
    public async Task Help_and_version_are_found_by_the_usual_words(string command, string otherwise)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun expected = (await tool.RunAsync(command.Split(' '))).Succeeds();
        Assert.Equal(expected.Output, (await tool.RunAsync(otherwise.Split(' '))).Succeeds().Output);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(80)]
    [InlineData(100)]
    [Trait("System", "Unix")]
    public async Task Help_is_as_wide_as_the_terminal(int columns)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        foreach (string command in (string[])["inject", "run", "status"])
        {
            using var session = new ToolSession(tool, tool.StartOnTerminal(columns, command, "--help"));
            string[] lines = (await session.EndAsync()).Output.Split("\r\n");
            Assert.InRange(lines.Max(line => line.Length), columns * 8 / 10, columns);
            int[] headings = [.. ((string[])["Options:", "Connection:", "Credential:", "Output:"]).Select(heading => Array.IndexOf(lines, heading)).Where(at => at > 0)];
            Assert.Equal(4, headings.Length);
            Assert.Equal(headings.Order(), headings);
        }
    }

    [Fact]
    [Trait("System", "Unix")]
    public async Task A_code_links_to_its_page_on_a_terminal_that_can_and_verbose_prints_the_address()
    {
        const string Page = "https://github.com/securetoken-build/securetoken-build/blob/main/docs/diagnostics.md#sectok753";
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("TERM", "xterm").Set("FORCE_HYPERLINK", "1");
        using (var session = new ToolSession(tool, tool.StartOnTerminal(80, "ledger", "forget", "nothing")))
        {
            Assert.Contains($"\e]8;;{Page}\e\\SECTOK753\e]8;;\e\\: ", (await session.EndAsync()).Output, StringComparison.Ordinal);
        }

        tool.Set("FORCE_HYPERLINK", "0");
        using (var session = new ToolSession(tool, tool.StartOnTerminal(80, "ledger", "forget", "nothing")))
        {
            Assert.DoesNotContain("\e]8", (await session.EndAsync()).Output, StringComparison.Ordinal);
        }

        Assert.Contains("  See https://github.com/securetoken-build/securetoken-build/blob/main/docs/diagnostics.md#sectok", (await tool.RunAsync("get", "--team", "none", "-v")).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("diagnostics.md", (await tool.RunAsync("get", "--team", "none")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_word_for_help_behind_the_program_of_run_is_that_programs()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        Assert.Equal("-? help\n", (await tool.RunAsync("run", "--", "echo", "-?", "help")).Succeeds().Output);
    }

    [Fact]
    public async Task Help_of_the_tool_names_the_commands_and_the_exit_statuses()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun asked = (await tool.RunAsync("--help")).Succeeds();
        ToolRun unasked = (await tool.RunAsync()).Succeeds();
        Assert.Equal(asked.Output, unasked.Output);
        Assert.Empty(asked.Error);
        foreach (string word in (string[])["inject ", "get ", "reset ", "10 usage", "11 not", "12 service", "13 refused", "15 some", "16 the old token", "17 local", "130 interrupted", "143 terminated"])
        {
            Assert.Contains(word, string.Join(' ', asked.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) + " ", StringComparison.Ordinal);
        }

        ToolRun.AssertPrintable(asked.Output);
    }

    [Fact]
    public async Task Version_is_just_the_version()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = (await tool.RunAsync("--version")).Succeeds();
        Assert.Matches(@"^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?\n$", run.Output);
        Assert.Empty(run.Error);
    }

    [GeneratedRegex("^  (?:-[a-z], )?(--[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex OptionName();
}
