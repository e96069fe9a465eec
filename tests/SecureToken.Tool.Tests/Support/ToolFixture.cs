using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using SecureToken.Emulator;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Tool.Tests.Support;

/// <summary>
/// The built tool as a process, a service of its own, and a home and working directory that are gone afterwards. After every run
/// it is checked that no secret stands where it does not belong. The variable SECTOKEN_TEST_TOOL names another build of the tool.
/// </summary>
public sealed class ToolFixture : IAsyncDisposable
{
    public const string Team = "payments";
    public const int TeamId = 101;
    public const string OtherTeam = "checkout";
    public const int OtherTeamId = 202;
    public const string DefaultName = "Sysdig__SecureApiToken";
    public const string DefaultKey = "Sysdig:SecureApiToken";

    private readonly TemporaryDirectory _root = new("tool");
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);
    private readonly List<Canary> _secrets = [];

    private ToolFixture(EmulatorServer emulator)
    {
        Emulator = emulator;
        Home = _root.Create("home");
        Work = _root.Create("work");
        string service = emulator.BaseUrl.ToString().TrimEnd('/');
        Set("SECTOKEN_ENDPOINT", service);
        Set("SECTOKEN_IAM_ENDPOINT", service);
        Set("SECTOKEN_INSTANCE", emulator.InstanceId);
        Set("SECTOKEN_TEAM", Team);
        Set("SECTOKEN_API_KEY", emulator.ApiKey);
        Set("no_proxy", "*");
        Protect("the API key", emulator.ApiKey);

        // Every IAM token of the emulator begins with the same segment.
        Protect("an IAM token", Base64Url.EncodeToString("{\"kid\":\"emulator\",\"alg\":\"HS256\"}"u8));
        foreach (string decoy in emulator.Decoys)
        {
            Protect("an access key", decoy);
        }
    }

    public EmulatorServer Emulator { get; }

    public string Home { get; }

    public string Work { get; }

    public string Token => Emulator.TokenOf(Team);

    /// <summary>How often the service was asked for a token.</summary>
    public int Fetches => Emulator.Count("GET", "/api/token");

    /// <summary>The program and its first arguments.</summary>
    public static IReadOnlyList<string> ProgramLine => Program;

    /// <summary>Whether it is the native build.</summary>
    public static bool IsNative => Program.Length == 1;

    private static string[] Program { get; } = Environment.GetEnvironmentVariable("SECTOKEN_TEST_TOOL") is { Length: > 0 } path
        ? path.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", path] : [path]
        : ["dotnet", Repository.Built("SecureToken.Tool", "dotnet-sectoken.dll")];

    public static Task<ToolFixture> StartAsync(EmulatorResetRoute? reset = null) => StartAsync(options => options with { ResetRoute = reset });

    public static async Task<ToolFixture> StartAsync(Func<EmulatorOptions, EmulatorOptions> change)
    {
        var options = new EmulatorOptions { Teams = [new EmulatorTeam(Team, TeamId), new EmulatorTeam(OtherTeam, OtherTeamId)] };
        return new ToolFixture(await EmulatorServer.StartAsync(change(options), TestContext.Current.CancellationToken));
    }

    /// <summary>Sets an environment variable of the runs to come; null takes it away.</summary>
    public ToolFixture Set(string name, string? value)
    {
        if (value is null)
        {
            _environment.Remove(name);
        }
        else
        {
            _environment[name] = value;
        }

        return this;
    }

    /// <summary>Adds a secret that must never be seen.</summary>
    public void Protect(string name, string secret) => _secrets.Add(new Canary(name, secret));

    public string At(string name) => Path.Combine(Work, name);

    public string Write(string name, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), content);
        return At(name);
    }

    public string UserSecrets(string id) => Path.Combine(Home, ".microsoft", "usersecrets", id, "secrets.json");

    public Snapshot Destinations() => Snapshot.Of(Work, Path.Combine(Home, ".microsoft"));

    public Task<ToolRun> RunAsync(params string[] arguments) => RunAsync(new ToolCall(arguments));

    public async Task<ToolRun> RunAsync(ToolCall call)
    {
        Canary[] tokens = Tokens();
        string[] line = [.. call.Through, .. Program, .. call.Arguments];
        if (call.OnTerminal)
        {
            line = ["script", "-qec", string.Join(' ', line.Select(Quote)), "/dev/null"];
        }

        CommandResult result = await Command().FeedAsync(call.Directory ?? Work, call.Input, line[0], line[1..]);
        AssertNoSecret([.. _secrets, .. tokens, .. Tokens()], call.PrintsToken ? _secrets : null, result, looksAtState: !call.IsOneOfMany);

        // Before its first word .NET itself switches a terminal's keypad; that is neither ours nor a colour.
        return new ToolRun(result.ExitCode, result.Output.Replace("\e[?1h\e=", string.Empty, StringComparison.Ordinal), result.Error);
    }

    /// <summary>Runs what must fail, and leave every destination as it was.</summary>
    public Task<ToolRun> FailAsync(int exit, string code, params string[] arguments) => FailAsync(exit, code, new ToolCall(arguments));

    public async Task<ToolRun> FailAsync(int exit, string code, ToolCall call)
    {
        string before = Destinations().ToString();
        ToolRun run = (await RunAsync(call)).FailsWith(exit, code);
        Assert.Equal(before, Destinations().ToString());
        if (!call.Arguments.Contains("--json"))
        {
            Assert.Empty(run.Output);
        }

        return run;
    }

    /// <summary>Starts the tool and lets it run. The caller reads its output and checks it with <see cref="AssertNoSecret(string)"/>.</summary>
    public Process Start(params string[] arguments) => Start(new ToolCall(arguments));

    /// <summary>Starts the tool, perhaps through another program, and lets it run.</summary>
    public Process Start(ToolCall call)
    {
        string[] line = [.. call.Through, .. Program, .. call.Arguments];
        return Command().Start(Work, line[0], line[1..]);
    }

    /// <summary>The words that start the tool.</summary>
    public static string[] CommandLine(params string[] arguments) => [.. Program, .. arguments];

    /// <summary>Starts the tool on a terminal of its own, whose screen is the standard output of what comes back.</summary>
    public Process StartOnTerminal(params string[] arguments) =>
        Command().Start(Work, "script", "-qec", string.Join(' ', ((string[])[.. Program, .. arguments]).Select(Quote)), "/dev/null");

    /// <summary>The same with a width, and the terminal's name in the file <c>terminal</c>.</summary>
    public Process StartOnTerminal(int columns, params string[] arguments) =>
        Command().Start(
            Work, "script", "-qec",
            $"tty > '{At("terminal")}'; stty cols {columns} rows 24; exec {string.Join(' ', ((string[])[.. Program, .. arguments]).Select(Quote))}", "/dev/null");

    /// <summary>Another program in the same home.</summary>
    public Task<CommandResult> OtherAsync(string file, params string[] arguments) => Command().RunAsync(Work, file, arguments);

    /// <summary>Starts another program in the same home and lets it run.</summary>
    public Process StartOther(string file, params string[] arguments) => Command().Start(Work, file, arguments);

    public void AssertNoSecret(string text) => AssertNoSecret([.. _secrets, .. Tokens()], null, new CommandResult(0, text, text));

    /// <summary>An IAM token as a person would have got it.</summary>
    public async Task<string> IamTokenAsync()
    {
        using var client = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "urn:ibm:params:oauth:grant-type:apikey",
            ["apikey"] = Emulator.ApiKey,
        });
        using HttpResponseMessage answer = await client.PostAsync(new Uri(Emulator.BaseUrl, "/identity/token"), form, TestContext.Current.CancellationToken);
        using var json = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Emulator.ClearRequests();
        return json.RootElement.GetProperty("access_token").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        await Emulator.DisposeAsync();
        _root.Dispose();
    }

    private Command Command() => _environment.Aggregate(new Command(Home), (command, variable) => command.With(variable.Key, variable.Value));

    private Canary[] Tokens() => [.. Emulator.Teams.Select(team => new Canary(string.Create(CultureInfo.InvariantCulture, $"the token of {team.Name}"), Emulator.TokenOf(team.Id)))];

    private void AssertNoSecret(IReadOnlyList<Canary> all, IReadOnlyList<Canary>? onOutput, CommandResult result, bool looksAtState = true)
    {
        string state = Path.Combine(Home, ".local", "state", "sectoken");
        List<string> leaks =
        [
            .. (onOutput ?? all).SelectMany(secret => secret.FindIn(result.Output, "standard output")),
            .. all.SelectMany(secret => secret.FindIn(result.Error, "standard error")),
            .. Directory.Exists(state) && looksAtState ? all.SelectMany(secret => secret.FindBelow(state)) : [],
        ];
        Assert.Empty(leaks.Distinct());
    }

    /// <summary>One word of a shell.</summary>
    public static string Quote(string argument) => "'" + argument.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
