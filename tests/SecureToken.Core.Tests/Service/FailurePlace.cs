using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Model;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Service;

/// <summary>Where a row of the failure table is played: an emulator, perhaps a server that misbehaves, and every secret that must not be seen.</summary>
internal sealed class FailurePlace(ServiceFixture service) : IAsyncDisposable
{
    public const string SomebodysKey = "Zm9yZ290dGVuLWtleS0wMTIzNDU2Nzg5YWJjZGVmZw";

    private readonly List<FaultServer> _servers = [];
    private readonly List<Canary> _given = [];

    public ServiceFixture Service { get; } = service;

    /// <summary>Where nobody listens.</summary>
    public ClosedPort ClosedPort { get; } = new();

    public IEnumerable<Canary> Secrets =>
    [
        .. _given,
        new Canary("the API key", Service.Emulator.ApiKey),
        new Canary("another API key", SomebodysKey),
        new Canary("the compute token", Service.Emulator.ComputeResourceToken),
        new Canary("a token", CannedService.Value),
        .. Service.Emulator.Decoys.Select(decoy => new Canary("an access key", decoy)),
        .. Service.Emulator.Teams.Select(team => new Canary("the token of " + team.Name, Service.Emulator.TokenOf(team.Id))),
    ];

    /// <summary>Sets a variable for the row; null takes it away.</summary>
    public FailurePlace With(string name, string? value)
    {
        if (value is null)
        {
            Service.Environment.Remove(name);
        }
        else
        {
            Service.Environment[name] = value;
        }

        return this;
    }

    /// <summary>Something that must not be repeated.</summary>
    public FailurePlace Protect(string secret)
    {
        _given.Add(new Canary("what was given", secret));
        return this;
    }

    /// <summary>A server that answers one of the canned paths in its own way.</summary>
    public FaultServer Server(string path, int status, string body, string headers = "", string type = "application/json")
    {
        FaultServer server = CannedService.Start(path, (_, stream, stop) => stream.WriteAsync(CannedService.Answer(status, body, headers, type), stop).AsTask());
        _servers.Add(server);
        return server;
    }

    /// <summary>A server that answers several paths in its own way.</summary>
    public FaultServer Server(params (string Path, int Status, string Body)[] answers) => Own(CannedService.Start(answers.ToDictionary(
        answer => answer.Path,
        answer => (Func<string, Stream, CancellationToken, Task>)((_, stream, stop) => stream.WriteAsync(CannedService.Answer(answer.Status, answer.Body), stop).AsTask()))));

    /// <summary>A server that lives as long as the row.</summary>
    public FaultServer Own(FaultServer server)
    {
        _servers.Add(server);
        return server;
    }

    /// <summary>The failure of a fetch at the emulator.</summary>
    public Task<Failure> FailAsync(string team = "42", string? endpoint = null, string? iam = null, string? instance = null, TransportOptions? transport = null) =>
        Service.FailAsync(team, endpoint, iam, instance, transport);

    /// <summary>The failure of a fetch at a server that answers one path in its own way.</summary>
    public Task<Failure> FailAtAsync(FaultServer server, string team = "42", string? instance = null, TransportOptions? transport = null)
    {
        Service.KnowsController = instance is not null;
        Service.Controller = server.BaseUrl;
        return Service.FailAsync(team, server.BaseUrl, server.BaseUrl, instance, transport);
    }

    /// <summary>The only warning of a fetch that succeeds.</summary>
    public async Task<Failure> WarnAsync(string team = "30785")
    {
        using FetchedToken fetched = (await Service.FetchAsync(team)).Value;
        return Assert.Single(fetched.Warnings);
    }

    /// <summary>How often a server of the row was asked for a path.</summary>
    public int Asked(string method, string path) => _servers.Sum(server => server.Requests.Count(head => head.StartsWith($"{method} {path} ", StringComparison.Ordinal)));

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        foreach (FaultServer server in _servers)
        {
            await server.DisposeAsync();
        }

        ClosedPort.Dispose();
    }
}
