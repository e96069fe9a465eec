using System.Text.RegularExpressions;
using SecureToken.Emulator;
using SecureToken.TestSupport;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>
/// Every example of the help, README and docs is pasted into a shell and succeeds, and prints what is shown below it, times, fingerprints
/// and ids apart. What is made up in them (an instance, a region, a path of a request) is that of the emulator.
/// </summary>
[Trait("System", "Unix")]
public sealed partial class ExampleTests
{
    private static readonly string[] Commands =
        ["", "init", "inject", "get", "reset", "teams", "run", "status", "doctor", "config", "watch", "ledger", "forget", "completion"];

    /// <summary>What needs a machine that is not here; the tests of authentication emulate it.</summary>
    private static readonly string[] Elsewhere = ["--credential vpc", "--iam-profile Profile-", "ibmcloud ce job", "eval \"$(", "Invoke-Expression", "| source", "docker run", "docker build"];

    // No line of an example wraps.
    private const int Columns = 240;

    private const string Manifest = """
        apiVersion: v1
        kind: Secret
        metadata:
          name: sysdig
          namespace: prod
        stringData:
          token: none

        """;

    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup><TargetFramework>net10.0</TargetFramework><UserSecretsId>my-api</UserSecretsId></PropertyGroup>
          <ItemGroup><PackageReference Include="SecureToken.Build" Version="0.1.0" PrivateAssets="all" /></ItemGroup>
        </Project>

        """;

    public static TheoryData<string> HelpPages => [.. Commands];

    public static TheoryData<string, int> Blocks
    {
        get
        {
            var blocks = new TheoryData<string, int>();
            foreach (string page in Examples.Pages)
            {
                for (int i = 0; i < Examples.OfPage(page).Count(); i++)
                {
                    blocks.Add(page, i);
                }
            }

            return blocks;
        }
    }

    [Theory]
    [MemberData(nameof(HelpPages))]
    public async Task Every_example_of_the_help_succeeds(string command)
    {
        string[] examples;
        await using (ToolFixture tool = await StartAsync(ToolFixture.OtherTeam))
        {
            examples = [.. Examples.OfHelp((await tool.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"])).Succeeds().Output).Where(IsRunHere)];
            Assert.True(examples.Length > 0 || command == "completion");
            await PrepareAsync(tool, command);
            foreach (string example in examples.Where(_ => command != "reset"))
            {
                await RunAsync(tool, example);
            }
        }

        // After a reset other copies are stale, so each finds a repository of its own.
        foreach (string example in examples.Where(_ => command == "reset"))
        {
            await using ToolFixture tool = await StartAsync(ToolFixture.OtherTeam);
            await PrepareAsync(tool, command);
            await RunAsync(tool, example);
        }
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public async Task Every_example_of_a_page_succeeds_and_prints_what_is_shown(string page, int block)
    {
        await using ToolFixture tool = await StartAsync();
        IReadOnlyList<Example> examples = Examples.OfPage(page).ElementAt(block);
        await PrepareAsync(tool, examples);
        string exports = string.Concat(examples.Where(example => example.Command.StartsWith("export ", StringComparison.Ordinal)).Select(example => example.Command + "; "));
        foreach (Example example in examples.Where(example => example.RunsTool && IsRunHere(example.Command)))
        {
            string printed = await RunAsync(tool, exports + example.Command, example.Output.Contains("1 stale", StringComparison.Ordinal));
            if (example.Output.Trim().Length > 0)
            {
                Assert.Equal(Plain(example.Output, tool), Plain(printed, tool));
            }
        }
    }

    private static bool IsRunHere(string example) => !Elsewhere.Any(part => example.Contains(part, StringComparison.Ordinal));

    /// <summary>A repository and a home as the examples have them, and programs for those that they name.</summary>
    private static async Task<ToolFixture> StartAsync(params string[] otherTeams)
    {
        ToolFixture tool = await ToolFixture.StartAsync(options => options with
        {
            Teams = [new EmulatorTeam(ToolFixture.Team, 42), .. otherTeams.Select(name => new EmulatorTeam(name, 43))],
            ResetRoute = new EmulatorResetRoute("POST", "/api/reset"),
            Instances = [.. ((string[])["prod", "my-instance"]).Select(name => new EmulatorInstance(name, options.InstanceId))],
        });
        tool.Set("SECTOKEN_RESOURCE_CONTROLLER", tool.Emulator.BaseUrl.ToString().TrimEnd('/'));
        string real = ProgramOnPath("dotnet");
        string program = string.Join(' ', ToolFixture.ProgramLine.Select(part => part == "dotnet" ? $"'{real}'" : $"'{part}'"));
        Executable.Write(tool.At("bin/dotnet-sectoken"), $"#!/bin/sh\nexec {program} \"$@\"\n");
        Executable.Write(tool.At("bin/dotnet"), $"#!/bin/sh\ncase \"$1\" in\nsectoken) shift; exec {program} \"$@\" ;;\ntest | run | build | Api.dll) exit 0 ;;\nesac\nexec '{real}' \"$@\"\n");
        foreach (string name in (string[])["some-program", "docker", "kubectl", "npm", "sysdig-cli-scanner", "less", "sbom"])
        {
            Executable.Write(tool.At("bin/" + name), "#!/bin/sh\nif [ ! -t 0 ]; then cat >/dev/null; fi\n");
        }

        foreach (string name in (string[])["deploy.sh", "smoke-test.sh", "agent"])
        {
            Executable.Write(tool.At(name), "#!/bin/sh\nexit 0\n");
        }

        string token = await tool.IamTokenAsync();
        Executable.Write(tool.At("bin/pass"), $"#!/bin/sh\nprintf %s '{tool.Emulator.ApiKey}'\n");
        Executable.Write(tool.At("bin/ibmcloud"), $"#!/bin/sh\nif [ \"$*\" = 'iam oauth-tokens' ]; then echo 'IAM token:  Bearer {token}'; else {IbmCloudStandIn.Printing(token)}; fi\n");
        foreach ((string name, string content) in ((string, string)[])[("key.json", $$"""{"apikey":"{{tool.Emulator.ApiKey}}"}"""), ("apikey.json", $$"""{"apikey":"{{tool.Emulator.ApiKey}}"}"""), ("iam-token", token)])
        {
            await File.WriteAllTextAsync(Path.Combine(tool.Home, name), content, TestContext.Current.CancellationToken);
            File.SetUnixFileMode(Path.Combine(tool.Home, name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        tool.Write("src/Api/Api.csproj", Project);
        tool.Write("App.slnx", "<Solution><Project Path=\"src/Api/Api.csproj\" /></Solution>\n");
        File.SetUnixFileMode(tool.Write("deploy/sysdig.yaml", Manifest), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Settings(tool, """{ "kind": "user-secrets", "id": "my-api" }, { "kind": "dotenv", "path": "api.env", "name": "SYSDIG_SECURE_API_TOKEN" }""");
        tool.Set("TERM", "xterm").Set("XTERM_VERSION", null);
        return tool.Set("PATH", tool.At("bin") + ":" + Environment.GetEnvironmentVariable("PATH"));
    }

    /// <summary>What the examples of a command find.</summary>
    private static async Task PrepareAsync(ToolFixture tool, string command)
    {
        if (command is "status" or "doctor" or "reset" or "")
        {
            (await tool.RunAsync("inject")).Succeeds();
        }

        if (command is "status" or "doctor")
        {
            (await tool.RunAsync("inject", "--project", "src/Api")).Succeeds();
        }
        else if (command == "ledger")
        {
            (await tool.RunAsync("inject", "--dotenv", Path.Combine(tool.Home, "src", "old-project", ".env"))).Succeeds();
        }
    }

    /// <summary>What the first command of a block of a page finds.</summary>
    private static async Task PrepareAsync(ToolFixture tool, IReadOnlyList<Example> examples)
    {
        string shown = string.Concat(examples.Select(example => example.Output));
        if (shown.Contains("kubernetes   /srv/api/deploy/sysdig.yaml", StringComparison.Ordinal))
        {
            Settings(tool, """{ "kind": "dotenv", "path": "deploy/api.env", "name": "SYSDIG_SECURE_API_TOKEN" }, { "kind": "kubernetes", "path": "deploy/sysdig.yaml", "secret": "sysdig" }""");
            tool.Write("deploy/sysdig.yaml", Manifest.Replace("  namespace: prod\n", string.Empty, StringComparison.Ordinal));
        }
        else if (shown.Contains("dotenv       /srv/api/api.env (SYSDIG_SECURE_API_TOKEN)", StringComparison.Ordinal))
        {
            if (!shown.Contains("user-secrets", StringComparison.Ordinal))
            {
                Settings(tool, """{ "kind": "dotenv", "path": "api.env", "name": "SYSDIG_SECURE_API_TOKEN" }""");
            }

            (await tool.RunAsync("inject")).Succeeds();
        }
        else if (shown.Contains("deploy/api.env  Sysdig__SecureApiToken", StringComparison.Ordinal))
        {
            File.Delete(tool.At("sectoken.json"));
            (await tool.RunAsync("inject", "--user-secrets", "my-api")).Succeeds();
            tool.Emulator.ResetToken(42);
            (await tool.RunAsync("inject", "--dotenv", "deploy/api.env")).Succeeds();
        }
    }

    private static void Settings(ToolFixture tool, string destinations) =>
        tool.Write("sectoken.json", $$"""{ "instance": "{{tool.Emulator.InstanceId}}", "tokens": [ { "team": "payments", "destinations": [ {{destinations}} ] } ] }""");

    /// <summary>Pastes a command into a shell, and does what a person would do meanwhile.</summary>
    private static async Task<string> RunAsync(ToolFixture tool, string example, bool isStaleShown = false)
    {
        string command = Paths().Replace(example, "/api/reset").Replace("--region eu-de", "--endpoint $SECTOKEN_ENDPOINT", StringComparison.Ordinal);
        command = Instance().Replace(command, tool.Emulator.InstanceId);
        bool isInteractive = command.Contains("sectoken reset", StringComparison.Ordinal) && !command.Contains("--re", StringComparison.Ordinal);
        if (command.Contains("sectoken init", StringComparison.Ordinal))
        {
            File.Delete(tool.At("sectoken.json"));
            command = command.EndsWith("sectoken init", StringComparison.Ordinal) ? command + " --project src/Api" : command;
        }

        if (command.Contains("--resume", StringComparison.Ordinal))
        {
            using var killed = new ToolSession(tool, tool.Start("reset", "--dotenv", "killed.env"));
            await killed.UntilAsync("Waiting for the new token");
            await killed.SignalAsync("KILL");
            await killed.EndAsync();
        }

        using var session = new ToolSession(
            tool, tool.StartOther("script", "-qec", $"stty cols {Columns}; exec bash -o pipefail -c {ToolFixture.Quote(command)}", "/dev/null"));
        if (TokenInput().IsMatch(command))
        {
            await session.UntilAsync("(not shown): ");
            string current = tool.Token;
            if (isInteractive)
            {
                tool.Protect("the old token", current);
                current = tool.Emulator.ResetToken(42);
            }

            session.Type(current + "\r");
        }
        else if (command.Contains("--request", StringComparison.Ordinal) && !command.Contains("--yes", StringComparison.Ordinal))
        {
            await session.UntilAsync("[y/N]");
            session.Type("y\r");
        }
        else if (isInteractive && !command.Contains("--request", StringComparison.Ordinal))
        {
            await session.UntilAsync("waiting for the new token");
            tool.Emulator.ResetToken(42);
        }
        if (command.Contains("sectoken watch", StringComparison.Ordinal) && !command.Contains("--once", StringComparison.Ordinal))
        {
            await Wait.UntilAsync("the watch has begun", () => tool.Fetches > 0);
            session.Type("\u0003");
        }

        ToolRun run = await session.EndAsync();
        string shown = string.Join('\n', new Screen(run.Output, Columns).Rows);

        // Copies that are not current are what the example is about.
        bool isDone = run.Exit == 0 || (run.Exit == 14 && isStaleShown);
        Assert.True(isDone, $"{example}\nended with {run.Exit}:\n{shown}");
        return shown;
    }

    /// <summary>What is the same in every run.</summary>
    private static string Plain(string text, ToolFixture tool)
    {
        text = text.Replace(tool.At("bin"), "/usr/local/bin", StringComparison.Ordinal).Replace(tool.Work, "/srv/api", StringComparison.Ordinal);
        text = Url().Replace(text, "URL");
        text = Instance().Replace(text, "INSTANCE");
        text = Fingerprint().Replace(text, "FINGERPRINT");
        text = Time().Replace(text, "TIME");
        text = Measured().Replace(text, "(HOW)");
        text = Hidden().Replace(text, "URL");
        return string.Join('\n', text.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0));
    }

    private static string ProgramOnPath(string name) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, name)).First(File.Exists);

    [GeneratedRegex(@"^dotnet sectoken [^|]*--token-stdin")]
    private static partial Regex TokenInput();

    [GeneratedRegex(@"/api/(\.\.\.|…)")]
    private static partial Regex Paths();

    [GeneratedRegex(@"\b[0-9a-f]{8}-(\.\.\.|…|[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")]
    private static partial Regex Instance();

    [GeneratedRegex("(?<=( at|API:) )…")]
    private static partial Regex Hidden();

    // Which of the two ends were seen is a matter of moments.
    [GeneratedRegex(@"\(from the (first|last) response that [^)]* until the last copy was written\)")]
    private static partial Regex Measured();

    [GeneratedRegex(@"https?://[^\s]*[^\s.,]")]
    private static partial Regex Url();

    [GeneratedRegex(@"\b[0-9a-f]{12}\b|IBMid-[A-Z0-9]+")]
    private static partial Regex Fingerprint();

    [GeneratedRegex(@"\d+(\.\d+)?( to \d+(\.\d+)?)? (ms|s|h)\b( ago)?|just now")]
    private static partial Regex Time();
}
