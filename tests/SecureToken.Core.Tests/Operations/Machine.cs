using SecureToken.Core.Destinations;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Operations;
using SecureToken.Core.Service;
using SecureToken.Core.Settings;
using SecureToken.Core.Tests.Service;
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

    public static async Task<Machine> StartAsync(TemporaryDirectory disk) => new(await ServiceFixture.StartAsync(), disk);

    public string? Environment(string name) => Service.Environment.GetValueOrDefault(name);

    public InjectPlan Plan(string team, params IReadOnlyList<Destination> destinations)
    {
        Endpoint endpoint = Endpoint.Parse(Service.Emulator.BaseUrl.ToString()).Value;
        var settings = new TokenSettings(endpoint, endpoint, Instance.Parse(Service.Emulator.InstanceId).Value, TeamSelector.Parse(team).Value);
        return new InjectPlan(settings, new CredentialOptions { BaseDirectory = "/" }, destinations, new TransportOptions { Environment = Environment });
    }

    public Destination Dotenv(string path, params string[] names) => new DestinationBuilder(Environment, _disk.Path) { Names = names }.Dotenv(path).Value;

    public async Task<InjectReport> InjectAsync(string path, string team = "payments")
    {
        InjectReport report = await Inject.RunAsync(Plan(team, Dotenv(path, "TOKEN")), TestContext.Current.CancellationToken);
        Assert.Null(report.Failure);
        return report;
    }

    public KnownCopies Find() => KnownCopies.Find(Environment).Value;

    public IEnumerable<string> Remembered() => Find().Tokens.SelectMany(token => token.Copies).Select(copy => copy.Place.Location);

    public ValueTask DisposeAsync() => Service.DisposeAsync();
}
