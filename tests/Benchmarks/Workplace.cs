using SecureToken.Benchmarks.Measuring;
using SecureToken.Emulator;
using SecureToken.TestSupport;

namespace SecureToken.Benchmarks;

/// <summary>A home and a working directory that are gone afterwards, and a service on the loopback interface.</summary>
internal sealed class Workplace : IAsyncDisposable
{
    public const int Team = 42;
    private readonly TemporaryDirectory _directory = new("benchmark");
    private readonly Dictionary<string, string> _environment;

    private Workplace(EmulatorServer emulator)
    {
        Emulator = emulator;
        Home = _directory.Create("home");
        Work = _directory.Create("work");
        _environment = new(StringComparer.Ordinal)
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? string.Empty,
            ["HOME"] = Home,
            ["TMPDIR"] = _directory.Create("tmp"),
            ["NUGET_PACKAGES"] = _directory["packages"],
            ["NUGET_HTTP_CACHE_PATH"] = _directory["http"],
            ["LANG"] = "C.UTF-8",
            ["DOTNET_CLI_HOME"] = Home,
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_NOLOGO"] = "1",
            ["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false",
            ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
            ["DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE"] = "1",
            ["MSBUILDDISABLENODEREUSE"] = "1",
        };
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root)
        {
            _environment["DOTNET_ROOT"] = root;
        }
    }

    public EmulatorServer Emulator { get; }

    public string Home { get; }

    public string Work { get; }

    public TemporaryDirectory Directory => _directory;

    public static Task<Workplace> CreateAsync() => CreateAsync([new EmulatorTeam("Secure Operations", 30785, IsDefault: true), new EmulatorTeam("payments", Team)]);

    public static async Task<Workplace> CreateAsync(IReadOnlyList<EmulatorTeam> teams, EmulatorResetRoute? reset = null) =>
        new(await EmulatorServer.StartAsync(new EmulatorOptions { Teams = teams, ResetRoute = reset }));

    /// <summary>A command in the working directory.</summary>
    public Invocation Command(string file, params string[] arguments) => new(file, arguments) { Directory = Work, Environment = _environment };

    /// <summary>The same with more variables in its environment.</summary>
    public Invocation Command(IEnumerable<KeyValuePair<string, string>> more, string file, params string[] arguments)
    {
        var environment = new Dictionary<string, string>(_environment, StringComparer.Ordinal);
        foreach ((string name, string value) in more)
        {
            environment[name] = value;
        }

        return new Invocation(file, arguments) { Directory = Work, Environment = environment };
    }

    /// <summary>The tool with the service and the credential in its environment; teams are named by a settings file.</summary>
    public Invocation Tool(string native, params string[] arguments)
    {
        string service = Emulator.BaseUrl.ToString().TrimEnd('/');
        return Command(
            [
                new("SECTOKEN_IAM_ENDPOINT", service),
                new("SECTOKEN_ENDPOINT", service),
                new("SECTOKEN_INSTANCE", Emulator.InstanceId),
                new("SECTOKEN_API_KEY", Emulator.ApiKey),
            ],
            native,
            arguments);
    }

    public async ValueTask DisposeAsync()
    {
        await Emulator.DisposeAsync();
        _directory.Dispose();
    }
}
