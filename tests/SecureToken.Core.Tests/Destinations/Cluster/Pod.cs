using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Destinations.Cluster;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Model;
using SecureToken.Core.Settings;
using SecureToken.Core.Tests.Service;
using SecureToken.TestSupport;
using SecureToken.TestSupport.Cluster;
using Xunit;

namespace SecureToken.Core.Tests.Destinations.Cluster;

/// <summary>A pod of the namespace prod, with a service account that may read and patch the Secret sysdig.</summary>
internal sealed class Pod : IAsyncDisposable
{
    public const string Namespace = "prod";
    public const string Secret = "sysdig";

    private readonly TemporaryDirectory _disk = new("pod");

    private Pod(ClusterStandIn cluster, string[] verbs)
    {
        Cluster = cluster;
        Token = cluster.IssueToken(Namespace, "sectoken");
        cluster.Allow(Namespace, "sectoken", Secret, verbs);
        PointAt(cluster.Address);
        cluster.WriteServiceAccount(Account, Namespace, Token);
    }

    public ClusterStandIn Cluster { get; }

    /// <summary>The token of the service account.</summary>
    public string Token { get; }

    public string Account => _disk["account"];

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public TransportOptions Transport { get; set; } = new() { Pauses = ServiceFixture.Quick };

    public static async Task<Pod> StartAsync(params string[] verbs) => new(await ClusterStandIn.StartAsync(), verbs.Length == 0 ? ["get", "patch"] : verbs);

    public void PointAt(Uri server)
    {
        Environment["KUBERNETES_SERVICE_HOST"] = server.Host;
        Environment["KUBERNETES_SERVICE_PORT_HTTPS"] = server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Environment["SECTOKEN_SERVICE_ACCOUNT_DIR"] = Account;
    }

    public Destination Destination(string key = "token", string template = ValueTemplate.Placeholder) =>
        new ClusterSecret(ServiceAccount.Of(Environment.GetValueOrDefault), Secret, null, key)
        {
            Transport = Transport,
            Template = ValueTemplate.Parse(template).Value,
        };

    /// <summary>As a settings file makes it.</summary>
    public DestinationBuilder Builder() => new(Environment.GetValueOrDefault, _disk.Path);

    public Result<bool> Inject(string token = CurrentToken.Value, Destination? destination = null)
    {
        using FetchedToken fetched = CurrentToken.Create(token);
        Result<bool> result = (destination ?? Destination()).Inject(fetched, CancellationToken.None);
        AssertNoSecret(result.Failure, token);
        return result;
    }

    public string? Value(string key = "token") => Cluster.ValueOf(Namespace, Secret, key);

    public int Writes => Cluster.WritesOf(Namespace, Secret);

    public async ValueTask DisposeAsync()
    {
        // What was asked for is in logs of the cluster: no secret may be in it.
        Assert.All(Cluster.Requests, request => Assert.DoesNotContain(CurrentToken.Value, request, StringComparison.Ordinal));
        await Cluster.DisposeAsync();
        _disk.Dispose();
    }

    private void AssertNoSecret(Failure? failure, string token)
    {
        foreach (string secret in (string[])[token, Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(token)), Token])
        {
            Assert.DoesNotContain(secret, $"{failure?.Message}{failure?.NextStep}", StringComparison.Ordinal);
        }
    }
}
