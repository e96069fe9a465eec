using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Status;
using SecureToken.Core.Settings;
using SecureToken.Core.State;
using SecureToken.Core.Tests.Service;
using SecureToken.Emulator;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Operations;

/// <summary>A user's machine with a disk, and a service that it asks.</summary>
internal sealed class Machine : IAsyncDisposable
{
    private readonly TemporaryDirectory _disk;

    private Machine(ServiceFixture service, TemporaryDirectory disk)
    {
        Service = service;
        _disk = disk;
        service.Environment["SECTOKEN_STATE_DIR"] = disk["state"];
    }

    public ServiceFixture Service { get; }

    /// <summary>The only ledger there is.</summary>
    public string Ledger => Assert.Single(Directory.GetFiles(_disk["state", "ledger"], "*.json"));

    public static async Task<Machine> StartAsync(TemporaryDirectory disk, Func<EmulatorOptions, EmulatorOptions>? change = null) => new(await ServiceFixture.StartAsync(change), disk);

    public string? Environment(string name) => Service.Environment.GetValueOrDefault(name);

    public InjectPlan Plan(string team, params IReadOnlyList<Destination> destinations)
    {
        Endpoint endpoint = Endpoint.Parse(Service.Emulator.BaseUrl.ToString()).Value;
        var settings = new TokenSettings(endpoint, endpoint, InstanceSelector.Parse(Service.Emulator.InstanceId).Value, TeamSelector.Parse(team).Value);
        return new InjectPlan(settings, new CredentialOptions { BaseDirectory = "/" }, destinations, new TransportOptions { Environment = Environment });
    }

    public string At(string path) => path.Length == 0 ? _disk.Path : _disk[path];

    public DestinationBuilder Builder(ConfigurationKey key) => new(Environment, _disk.Path) { Key = key };

    public Destination Dotenv(string path, params string[] names) => new DestinationBuilder(Environment, _disk.Path) { Names = names }.Dotenv(path).Value;

    public async Task<InjectReport> InjectAsync(string path, string team = "payments")
    {
        InjectReport report = await InjectOperation.RunAsync(Plan(team, Dotenv(path, "TOKEN")), TestContext.Current.CancellationToken);
        Assert.Null(report.Failure);
        return report;
    }

    public Task<TokenStatus> StatusAsync(params string[] paths) => StatusAsync(isOffline: false, paths);

    public Task<TokenStatus> StatusAsync(bool isOffline, params string[] paths) => StatusAsync(isOffline, [.. paths.Select(path => Dotenv(path, "TOKEN"))]);

    public async Task<TokenStatus> StatusAsync(bool isOffline, params Destination[] destinations)
    {
        StatusRun run = await StatusOperation.RunAsync([Plan("payments", destinations)], isOffline, TestContext.Current.CancellationToken);
        TokenStatus token = Assert.Single(run.Tokens);
        Assert.Equal(token.Exit, run.Exit);
        return token;
    }

    public async Task<StatusRun> StatusOfAllAsync(bool namesEndpoint = true, string? apiKey = "")
    {
        string service = Service.Emulator.BaseUrl.ToString();
        Func<string, string?> environment = name => name switch
        {
            "SECTOKEN_ENDPOINT" => namesEndpoint ? service : null,
            "SECTOKEN_IAM_ENDPOINT" => service,
            "SECTOKEN_API_KEY" when apiKey is null => null,
            _ => Environment(name),
        };
        var settings = new RememberedSettings([SettingsLayer.FromEnvironment(environment).Value], new HostTrust([], environment));
        Result<StatusRun> run = await StatusOperation.RunAllAsync(
            settings, new CredentialOptions { BaseDirectory = "/" }, new TransportOptions { Environment = environment }, isOffline: false, TestContext.Current.CancellationToken);
        return run.Value;
    }

    public LedgerRecord Record() => Core.State.Ledger.Peek(Ledger);

    /// <summary>Writes something else into the only ledger.</summary>
    public void Rewrite(Func<LedgerRecord, LedgerRecord> change)
    {
        using Ledger ledger = Core.State.Ledger.Open(Ledger, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken).Value;
        Assert.Null(ledger.Write(change(ledger.Read())).Failure);
    }

    public LedgerQueries Find() => LedgerQueries.Find(Environment).Value;

    public IEnumerable<string> Remembered() => Find().Tokens.SelectMany(token => token.Copies).Select(copy => copy.Place.Location);

    public ValueTask DisposeAsync() => Service.DisposeAsync();
}
