using System.Diagnostics;
using SecureToken.Emulator;
using SecureToken.TestSupport;

namespace SecureToken.Build.Tests.Support;

/// <summary>A person's machine: a home, a state directory, projects, and an emulator that counts what it is asked.</summary>
public sealed class Site : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory;
    private readonly PackageFixture _package;
    private int _builds;

    private Site(PackageFixture package, EmulatorServer emulator, string name)
    {
        _package = package;
        Emulator = emulator;
        _directory = new TemporaryDirectory(name);
        Home = _directory.Create("home");
        Work = _directory.Create("work");
        package.Connect(Work);
        Endpoint = emulator.BaseUrl.ToString();
        Command = package.CommandFor(Home).With("SECTOKEN_API_KEY", emulator.ApiKey).With("SECTOKEN_TRUST_HOST", "127.0.0.1").With("TMPDIR", _directory.Create("tmp")).With("DOTNET_EnableDiagnostics", "0");
    }

    public EmulatorServer Emulator { get; }

    public Command Command { get; }

    public string Home { get; }

    /// <summary>The directory of the projects.</summary>
    public string Work { get; }

    public string Root => _directory.Path;

    public string State => Path.Combine(Home, ".local", "state", "sectoken");

    /// <summary>The endpoint that projects written from now on name.</summary>
    public string Endpoint { get; set; }

    /// <summary>When set, the directory stays, so that the binary logs in it can be read.</summary>
    public bool IsKept { get; set; }

    public string Token => Emulator.TokenOf(42);

    public Requests Requests => Requests.Of(Emulator);

    /// <summary>The properties that every project needs, and more time than a person would want to wait: a busy machine may need it.</summary>
    public string Settings => $"""
        <SecureTokenEndpoint>{Endpoint}</SecureTokenEndpoint>
        <SecureTokenIamEndpoint>{Endpoint}</SecureTokenIamEndpoint>
        <SecureTokenInstance>{Emulator.InstanceId}</SecureTokenInstance>
        <SecureTokenTeam Condition="'$(SecureTokenTeam)' == ''">42</SecureTokenTeam>
        <SecureTokenTimeout Condition="'$(SecureTokenTimeout)' == ''">120</SecureTokenTimeout>
        """;

    public static async Task<Site> StartAsync(PackageFixture package, string name = "build", Func<EmulatorOptions, EmulatorOptions>? change = null)
    {
        await package.ReadyAsync();
        var options = new EmulatorOptions { Teams = [new EmulatorTeam("Secure Operations", 30785, IsDefault: true), new EmulatorTeam("payments", 42), new EmulatorTeam("search", 43)] };
        return new Site(package, await EmulatorServer.StartAsync(change?.Invoke(options) ?? options), name);
    }

    /// <summary>With an environment variable, in all runs from now on.</summary>
    public Site With(string name, string value)
    {
        Command.With(name, value);
        return this;
    }

    public string SecretsOf(string id) => Path.Combine(Home, ".microsoft", "usersecrets", id, "secrets.json");

    public bool HasToken(string file) => File.Exists(file) && File.ReadAllText(file).Contains(Token, StringComparison.Ordinal);

    public string Write(string name, string text)
    {
        string path = Path.Combine(Work, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A restored project of the SDK.</summary>
    public async Task<string> SdkProjectAsync(string name, string properties = "", string body = "", bool isProgram = false, string frameworks = "net10.0")
    {
        string id = $"<UserSecretsId>{name}</UserSecretsId>{(isProgram ? "<OutputType>Exe</OutputType>" : string.Empty)}";
        string compiler = isProgram ? string.Empty : $"<CustomAfterMicrosoftCommonTargets>{Write("no-compiler.targets", Project.WithoutCompiler(_package.Unpacked))}</CustomAfterMicrosoftCommonTargets>";
        string path = Write(Path.Combine(name, name + ".csproj"), Project.Sdk(Settings + id + compiler + properties, body, frameworks));
        await _package.RestoreAsync(frameworks.Contains(';', StringComparison.Ordinal) ? "multi" : "single", $"{Project.Head(frameworks)}{Project.Foot}", path);
        if (isProgram)
        {
            Write(Path.Combine(name, "Program.cs"), Project.Program);
            Write(Path.Combine(name, "expected"), $"{SecretsOf(name)}\n{Token}\n{Path.Combine(Root, "seen")}\n");
        }
        else
        {
            Write(Path.Combine(name, "Nothing.cs"), string.Empty);
        }

        return path;
    }

    /// <summary>A project without an SDK.</summary>
    public string BareProject(string name = "bare", string properties = "", string body = "") =>
        Write(Path.Combine(name, name + ".proj"), Project.Bare(_package.Unpacked, $"{Settings}<UserSecretsId>{name}</UserSecretsId>{properties}", body));

    /// <summary>Many bare projects, and the one that builds them all at once.</summary>
    public string BareProjects(int count, string properties = "")
    {
        for (int i = 1; i <= count; i++)
        {
            BareProject($"p{i:00}", properties);
        }

        return Write("all.proj", """
            <Project>
              <Target Name="Build"><MSBuild Projects="@(All)" BuildInParallel="true" Properties="All=$(MSBuildProjectName)" /></Target>
              <ItemGroup><All Include="p*/*.proj" /></ItemGroup>
            </Project>
            """);
    }

    /// <summary>Runs dotnet in the directory of a project, with a binary log that stays when the test fails.</summary>
    public async Task<CommandResult> RunAsync(string verb, string project, params string[] arguments)
    {
        CommandResult result = await Command.RunAsync(Path.GetDirectoryName(project)!, "dotnet", Arguments(verb, project, arguments));
        await File.WriteAllTextAsync(Path.ChangeExtension(LastLog, ".txt"), result.All);
        return result;
    }

    /// <summary>Runs a bare project, or one target of another.</summary>
    public Task<CommandResult> MSBuildAsync(string project, params string[] arguments) => RunAsync("msbuild", project, arguments);

    public Process Start(string verb, string project, params string[] arguments) =>
        Command.Start(Path.GetDirectoryName(project)!, "dotnet", Arguments(verb, project, arguments));

    /// <summary>The binary log of the last run.</summary>
    public string LastLog => Path.Combine(Root, "logs", $"{_builds}.binlog");

    /// <summary>As it was before anything was ever injected.</summary>
    public void Forget()
    {
        foreach (string directory in new[] { State, Path.Combine(Home, ".microsoft") }.Concat(Directory.GetDirectories(Work, "SecureToken", SearchOption.AllDirectories)))
        {
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory, recursive: true);
            }
        }

        Emulator.ClearRequests();
    }

    public async ValueTask DisposeAsync()
    {
        await Emulator.DisposeAsync();
        if (!IsKept)
        {
            _directory.Dispose();
        }
    }

    private string[] Arguments(string verb, string project, string[] arguments)
    {
        bool isRestored = verb is "build" or "run" or "test" or "publish" or "pack";
        string[] target = verb switch
        {
            "run" => ["--project", project],
            "test" => ["--project", project],
            _ => [project],
        };
        _builds++;
        Directory.CreateDirectory(Path.GetDirectoryName(LastLog)!);
        string log = $"-bl:{LastLog}";
        return [verb, .. target, .. isRestored ? ["--no-restore"] : Array.Empty<string>(), .. verb is "run" ? Array.Empty<string>() : [log, "-nologo"], .. arguments];
    }
}
