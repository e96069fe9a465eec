using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Reset;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;
using SecureToken.Core.State;
using SecureToken.Core.Tests.Service;
using SecureToken.Emulator;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Reset;

/// <summary>A machine whose destinations are to follow a reset, and the service that makes one.</summary>
internal sealed class ResetMachine : IAsyncDisposable
{
    public const int TeamId = 42;
    public const string Route = "/api/token/reset";

    /// <summary>As in life, only faster.</summary>
    public static readonly ResetTimes Fast = new()
    {
        Wait = TimeSpan.FromSeconds(30),
        FirstPause = TimeSpan.FromMilliseconds(10),
        LongestPause = TimeSpan.FromMilliseconds(50),
        Settling = TimeSpan.FromMilliseconds(300),
        Proof = TimeSpan.FromSeconds(20),
    };

    private readonly TemporaryDirectory _disk = new("reset");
    private readonly List<string> _tokens = [];

    private ResetMachine(ServiceFixture service)
    {
        Service = service;
        service.Environment["SECTOKEN_STATE_DIR"] = State;
        service.Environment["HOME"] = _disk.Path;
        _tokens.Add(Current);
    }

    public ServiceFixture Service { get; }

    public EmulatorServer Emulator => Service.Emulator;

    public string State => _disk["state"];

    public string Current => Emulator.TokenOf(TeamId);

    /// <summary>How often the service was asked to reset.</summary>
    public int Resets => Emulator.Count("POST", Route);

    /// <summary>The fingerprint of the token that the ledger tells of.</summary>
    public string? InLedger
    {
        get
        {
            TokenSettings settings = Plan().Settings;
            return Ledger.Peek(Ledger.PathOf(settings.Endpoint.ToString(), settings.Instance.Known!.Id, settings.Team.ToString(), Environment).Value).Fingerprint;
        }
    }

    public static async Task<ResetMachine> StartAsync(Func<EmulatorOptions, EmulatorOptions>? change = null) => new(await ServiceFixture.StartAsync(
        options => (change?.Invoke(options) ?? options) with { ResetRoute = new EmulatorResetRoute("POST", Route) }));

    public string? Environment(string name) => Service.Environment.GetValueOrDefault(name);

    public string At(string name) => _disk[name];

    public DestinationBuilder Builder(params string[] names) => new(Environment, _disk.Path) { Names = names };

    public Destination Dotenv(string path) => Builder("TOKEN").Dotenv(path).Value;

    /// <summary>Some files that hold the current token, one of each kind in turn.</summary>
    public Destination[] Files(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => (i % 3) switch
        {
            0 => Builder("TOKEN").Dotenv($"files/{i}.env").Value,
            1 => Builder().Json($"files/{i}.json").Value,
            _ => Builder().UserSecrets($"app{i}").Value,
        }),
    ];

    public InjectPlan Plan(params IReadOnlyList<Destination> destinations)
    {
        Endpoint endpoint = Endpoint.Parse(Emulator.BaseUrl.ToString()).Value;
        var settings = new TokenSettings(endpoint, endpoint, InstanceSelector.Parse(Emulator.InstanceId).Value, TeamSelector.Parse("payments").Value);
        return new InjectPlan(settings, new CredentialOptions { BaseDirectory = "/" }, destinations, new TransportOptions { Environment = Environment });
    }

    public ResetPlan Guided(params IReadOnlyList<Destination> destinations) => new(Plan(destinations)) { Times = Fast };

    public ResetPlan Requested(params IReadOnlyList<Destination> destinations) =>
        Guided(destinations) with { Request = ResetRequest.Parse($"POST {Route}", new SettingSource("--request")).Value, IsConfirmed = true };

    public async Task InjectAsync(params IReadOnlyList<Destination> destinations) =>
        Assert.Equal(ExitStatus.Done, (await InjectOperation.RunAsync(Plan(destinations), TestContext.Current.CancellationToken)).Exit);

    /// <summary>Runs a reset, and checks that no token and no key is anywhere but in the destinations.</summary>
    public async Task<ResetReport> RunAsync(ResetPlan plan, Guide? guide = null, CancellationToken? cancellation = null)
    {
        ResetReport report = await ResetOperation.RunAsync(plan, guide ?? new Guide(this), cancellation ?? TestContext.Current.CancellationToken);
        AssertNoSecretLeft(report);
        return report;
    }

    public async Task<ResetReport> ResumeAsync(Func<ResumePlan, ResumePlan>? change = null)
    {
        Result<UnfinishedReset> unfinished = ResumePlan.Choose(ResetOperation.Unfinished(Environment), new ResumeChoice());
        Assert.Null(unfinished.Failure);
        var plan = new ResumePlan(unfinished.Value, new CredentialOptions { BaseDirectory = "/" }, new TransportOptions { Environment = Environment }) { Times = Fast };
        ResetReport report = await ResetOperation.ResumeAsync(change?.Invoke(plan) ?? plan, TestContext.Current.CancellationToken);
        AssertNoSecretLeft(report);
        return report;
    }

    /// <summary>The person presses the button.</summary>
    public void Press()
    {
        Emulator.ResetToken(TeamId);
        _tokens.Add(Current);
    }

    public void AssertCurrent(IEnumerable<Destination> destinations) => Assert.All(destinations, destination => Assert.True(IsCurrent(destination), destination.Location));

    public bool IsCurrent(Destination destination)
    {
        using Token? copy = destination.ReadToken().Value;
        return copy is not null && copy.Matches(System.Text.Encoding.UTF8.GetBytes(Current));
    }

    public string[] Receipts() => File.Exists(Path.Combine(State, ResetReceipt.LogName)) ? File.ReadAllLines(Path.Combine(State, ResetReceipt.LogName)) : [];

    /// <summary>Nothing of a finished or refused reset is left.</summary>
    public void AssertNothingUnfinished()
    {
        Assert.Empty(ResetOperation.Unfinished(Environment));
        Assert.Empty(Directory.Exists(Path.Combine(State, "resets")) ? Directory.GetFileSystemEntries(Path.Combine(State, "resets")) : []);
    }

    public ValueTask DisposeAsync()
    {
        _disk.Dispose();
        return Service.DisposeAsync();
    }

    private void AssertNoSecretLeft(ResetReport report)
    {
        _tokens.Add(Current);
        using var json = new MemoryStream();
        using (var writer = new System.Text.Json.Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            ResetReceipt.WriteMembers(writer, report);
            writer.WriteEndObject();
        }

        Canary[] secrets = [new("the API key", Emulator.ApiKey), .. _tokens.Distinct().Select(token => new Canary("a token", token))];
        Assert.Empty(secrets.SelectMany(secret => secret.FindIn(json.ToArray(), "the report")));
        foreach (string file in Directory.Exists(State) ? Directory.GetFiles(State, "*", SearchOption.AllDirectories) : [])
        {
            // The recovery file holds the token by its purpose, and only while the reset is not finished; a lock may be held by the test.
            if (Path.GetExtension(file) is not (".token" or ".lock") && new FileInfo(file).LinkTarget is null)
            {
                byte[] content = ContentOf(file);
                Assert.Empty(secrets.SelectMany(secret => secret.FindIn(content, file)));
            }
        }

        // Others may be at work: a file that they were writing has its final name by now, and is looked at under that.
        static byte[] ContentOf(string file)
        {
            try
            {
                return File.ReadAllBytes(file);
            }
            catch (FileNotFoundException)
            {
                return [];
            }
        }
    }
}

/// <summary>A person who does at once what he is asked, and remembers what he was told.</summary>
internal sealed class Guide(ResetMachine? machine) : IResetGuide
{
    public Func<bool> Answer { get; init; } = () => true;

    /// <summary>Done when the person is led to the page; he presses the button unless told otherwise.</summary>
    public Action? Pointed { get; init; }

    public Action? OnNoticed { get; init; }

    public Action<Failure?>? OnSame { get; init; }

    public Uri? Page { get; private set; }

    public int Looks { get; private set; }

    public List<Failure> Troubles { get; } = [];

    public List<Failure> Warnings { get; } = [];

    public Fingerprint? Seen { get; private set; }

    public void Warn(Failure warning) => Warnings.Add(warning);

    public Task<bool> ConfirmAsync(ResetRequest request, TokenScope scope, int destinations, CancellationToken cancellation) => Task.FromResult(Answer());

    /// <summary>Whether stale copies are updated instead of a reset.</summary>
    public bool Updates { get; init; }

    public ResetInstructions? Instructions { get; private set; }

    public List<Failure> OtherTeams { get; } = [];

    public Task<bool> ConfirmUpdateAsync(Failure warning, CancellationToken cancellation)
    {
        Warnings.Add(warning);
        return Task.FromResult(Updates);
    }

    /// <summary>What was given as the new token and was not it.</summary>
    public List<Failure> NotTheToken { get; } = [];

    /// <summary>Whether he may give it again.</summary>
    public bool GivesAgain { get; init; }

    public bool AsksAgain(Failure failure)
    {
        NotTheToken.Add(failure);
        return GivesAgain;
    }

    public Task WhenPressedAsync(CancellationToken cancellation) => Task.Delay(Timeout.Infinite, cancellation);

    public void OtherTeamWasReset(Failure warning) => OtherTeams.Add(warning);

    public void Point(ResetInstructions instructions)
    {
        Instructions = instructions;
        Page = instructions.Page;
        if (Pointed is { } act)
        {
            act();
        }
        else
        {
            machine?.Press();
        }
    }

    public void StillTheSame(Failure? trouble)
    {
        Looks++;
        if (trouble is not null)
        {
            Troubles.Add(trouble);
        }

        OnSame?.Invoke(trouble);
    }

    public void Noticed(Fingerprint after)
    {
        Seen = after;
        OnNoticed?.Invoke();
    }
}
