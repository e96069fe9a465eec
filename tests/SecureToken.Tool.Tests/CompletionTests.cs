using SecureToken.TestSupport;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>The scripts are asked by the shells themselves.</summary>
[Trait("System", "Unix")]
public sealed class CompletionTests
{
    [Theory]
    [InlineData("inj", "inject")]
    [InlineData("inject --dot", "--dotenv")]
    [InlineData("completion f", "fish")]
    [InlineData("inject --region eu-", "eu-de eu-gb eu-es")]
    [InlineData("inject --team pay", "payments")]
    [InlineData("get --timeout 5 --team=x --team che", "checkout")]
    [InlineData("get --team=pay", "--team=payments")]
    [InlineData("inject --verify=w", "--verify=warn")]
    [InlineData("run --on-reset re", "restart")]
    [InlineData("run --signal US", "USR1 USR2")]
    [InlineData("help inj", "inject")]
    [InlineData("vers", "version")]
    [InlineData("run -- inj", "")]
    [InlineData("inject --dotenv ", "")]
    public async Task A_question_is_answered(string words, string expected)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_TEAM", null);
        string[] question = words.Split(' ');
        string answer = question.Any(word => word.StartsWith("--team", StringComparison.Ordinal)) ? await TeamsAsync(tool, question) : (await tool.RunAsync(["complete", "--", .. question])).Succeeds().Output;
        Assert.Equal(expected, string.Join(' ', answer.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public async Task Team_names_are_remembered_for_some_minutes_and_what_goes_wrong_is_silent()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        Assert.Contains("checkout\n", await TeamsAsync(tool, "get", "--team", ""), StringComparison.Ordinal);
        int asked = tool.Emulator.Requests.Count;
        Assert.Contains("checkout\n", (await tool.RunAsync("complete", "--", "get", "--team", "")).Succeeds().Output, StringComparison.Ordinal);
        Assert.Equal(asked, tool.Emulator.Requests.Count);

        ToolRun none = (await tool.RunAsync("complete", "--", "get", "--endpoint", "http://127.0.0.1:9", "--iam-endpoint", "http://127.0.0.1:9", "--team", "")).Succeeds();
        Assert.Empty(none.Output + none.Error);
    }

    [Fact]
    public async Task Bash_completes_the_tool_and_dotnet_sectoken()
    {
        await using ToolFixture tool = await StartAsync("bash");
        const string Ask = """
            source ./script
            ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _sectoken; printf '%s\n' "${COMPREPLY[@]}"; }
            ask dotnet-sectoken inject --dotenv x --js
            ask dotnet sectoken get --team "Secure"
            ask dotnet sectoken get --team = pay
            ask dotnet sectoken inject --verify =
            ask dotnet build --no
            """;
        Assert.Equal("--json-file\n--json\nSecure\\ Operations\npayments\nrequire\nwarn\noff\n\n", (await tool.OtherAsync("bash", "-c", Ask)).Exits(0).Output);
    }

    [Theory]
    [InlineData("bash", "--norc --noprofile -i", "PS1='$ '; bind 'set enable-bracketed-paste off'; source ./script")]
    [InlineData("zsh", "-f -i", "PS1='$ '; autoload -Uz compinit; compinit -u -d ./dump; source ./script")]
    [Trait("Needs", "shells")]
    public async Task A_key_completes_in_the_shell_itself(string shell, string options, string setUp)
    {
        RequireShell(shell);
        await using ToolFixture tool = await StartAsync(shell);
        tool.Set("TERM", "dumb");
        using var session = new ToolSession(tool, tool.StartOther("script", "-qec", $"stty cols 200; exec {shell} {options}", "/dev/null"));
        session.Type(setUp + "; echo 're''ady'\n");
        await session.UntilAsync("ready");
        foreach ((string typed, string expected) in ((string, string)[])[
            ("dotnet sectoken inj", "inject "), ("dotnet-sectoken run --on-reset rest", "restart"),
            ("dotnet sectoken get --team=pay", "payments"), ("dotnet sectoken get --team Sec", "Secure\\ Operations")])
        {
            int before = session.Said.Length;
            session.Type($"echo \u0001\u000b{typed}\t");
            await session.UntilAsync(expected, said => said[before..].Contains(typed[..(typed.LastIndexOfAny([' ', '=']) + 1)] + expected.TrimEnd(), StringComparison.Ordinal));
            session.Type("\u0015\n");
        }

        session.Type("exit\n");
        await session.EndAsync();
    }

    [Fact]
    [Trait("Needs", "shells")]
    public async Task Fish_completes_the_tool()
    {
        RequireShell("fish");
        await using ToolFixture tool = await StartAsync("fish");
        CommandResult asked = await tool.OtherAsync("fish", "--no-config", "-c", "source ./script; complete -C 'dotnet-sectoken inject --region jp-'; complete -C 'dotnet-sectoken get --team Sec'; complete -C 'dotnet sectoken run --on-reset re'; complete -C 'dotnet sectoken get --team=pay'");
        Assert.Equal("jp-osa\njp-tok\nSecure Operations\nrestart\n--team=payments\n", asked.Exits(0).Output);
    }

    [Fact]
    [Trait("Needs", "shells")]
    public async Task Zsh_completes_the_tool()
    {
        RequireShell("zsh");
        await using ToolFixture tool = await StartAsync("zsh");
        const string Ask = """
            compdef() { }; _default() { print default; }; compadd() { shift; print -l -- "$@"; }; _files() { print files; }
            source ./script
            words=(dotnet-sectoken inject --js); CURRENT=3; _sectoken
            words=(dotnet-sectoken get --team Sec); CURRENT=4; _sectoken
            words=(dotnet-sectoken inject --dotenv ''); CURRENT=4; _sectoken
            words=(dotnet sectoken run --on-reset re); CURRENT=5; _sectoken
            words=(dotnet build --no); CURRENT=3; _sectoken
            """;
        Assert.Equal("--json-file\n--json\nSecure Operations\nfiles\nrestart\ndefault\n", (await tool.OtherAsync("zsh", "-f", "-c", Ask)).Exits(0).Output);
    }

    [Fact]
    [Trait("Needs", "shells")]
    public async Task PowerShell_completes_the_tool()
    {
        RequireShell("pwsh");
        await using ToolFixture tool = await StartAsync("powershell");
        tool.Write("ask.ps1", """
            Get-Content -Raw ./script | Invoke-Expression
            function ask($line) { (TabExpansion2 $line $line.Length).CompletionMatches | ForEach-Object CompletionText }
            ask 'dotnet-sectoken inject --js'
            ask 'dotnet-sectoken get --team '
            ask "dotnet-sectoken get --team 'Sec"
            ask 'dotnet sectoken run --on-reset re'
            ask 'dotnet sectoken get --team '
            ask 'dotnet sectoken inject --verify=w'
            """);
        CommandResult asked = await tool.OtherAsync("pwsh", "-NoProfile", "-NonInteractive", "-File", "ask.ps1");
        Assert.Equal("--json-file\n--json\ncheckout\npayments\n'Secure Operations'\n'Secure Operations'\nrestart\ncheckout\npayments\n'Secure Operations'\n--verify=warn\n", asked.Exits(0).Output);
    }

    [Fact]
    public async Task A_shell_without_a_script_is_told()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await tool.FailAsync(10, "SECTOK109", "completion", "tcsh");
        await tool.FailAsync(10, "SECTOK101", "completion");
        Assert.Contains("Register-ArgumentCompleter", (await tool.RunAsync("completion", "powershell")).Succeeds().Output, StringComparison.Ordinal);
    }

    private static void RequireShell(string name) =>
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, name))),
            $"{name} is not installed, so nobody has tried its completion here.");

    /// <summary>The teams that complete a line. The tool waits three seconds for them, and a busy machine may need those for itself.</summary>
    private static async Task<string> TeamsAsync(ToolFixture tool, params string[] words)
    {
        string answer = string.Empty;
        await Wait.UntilAsync($"there are teams for '{string.Join(' ', words)}'", async () =>
        {
            answer = (await tool.RunAsync(["complete", "--", .. words])).Succeeds().Output;
            return answer.Length > 0;
        });
        return answer;
    }

    /// <summary>A shell's script, and a tool that has the teams in mind, so that the shell need not ask twice.</summary>
    private static async Task<ToolFixture> StartAsync(string shell)
    {
        ToolFixture tool = await ToolFixture.StartAsync();
        tool.Write("script", (await tool.RunAsync("completion", shell)).Succeeds().Output);
        string installed = string.Join(' ', ToolFixture.ProgramLine.Select(part => $"'{part}'"));
        await TeamsAsync(tool, "get", "--team", "");
        Executable.Write(tool.At("bin/dotnet-sectoken"), $"#!/bin/sh\nexec {installed} \"$@\"\n");
        return tool.Set("PATH", tool.At("bin") + ":" + Environment.GetEnvironmentVariable("PATH"));
    }
}
