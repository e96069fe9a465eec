using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;
using SecureToken.Core.Tests.Service;
using SecureToken.Emulator;
using Xunit;

namespace SecureToken.Core.Tests.Identity;

/// <summary>One IAM token serves all calls of a run.</summary>
[Trait("About", "Concurrency")]
public sealed class IamSessionTests
{
    private static readonly EmulatorTeam[] TenTeams = [.. Enumerable.Range(1, 10).Select(i => new EmulatorTeam($"team {i}", i))];

    [Fact]
    public async Task Ten_teams_at_once_ask_IAM_once()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync(options => options with { Teams = TenTeams });
        using Run run = new(service);
        Result<FetchedToken>[] fetched = await Task.WhenAll(TenTeams.Select(run.FetchAsync));
        Assert.All(fetched.Zip(TenTeams), pair => Assert.Equal(pair.Second.Id, pair.First.Value.Scope.Team.Id));
        Assert.Equal(10, service.Emulator.Count("GET", "/api/token"));
        Assert.Equal(1, service.Emulator.Count("POST", "/identity/token"));
        Array.ForEach(fetched, result => result.Value.Dispose());
    }

    [Theory]
    [InlineData(3600, 3589, 1)]
    [InlineData(3600, 3590, 2)]
    [InlineData(20, 15, 1)]
    [InlineData(20, 16, 2)]
    public async Task A_token_is_renewed_at_four_fifths_of_its_life_or_ten_seconds_before_its_end_whichever_is_later(int life, int seconds, int asked)
    {
        var clock = new ShiftedClock();
        await using ServiceFixture service = await ServiceFixture.StartAsync(options => options with { IamTokenLifetime = TimeSpan.FromSeconds(life), Clock = clock });
        using Run run = new(service, clock);
        await run.GetAsync();
        clock.Shift = TimeSpan.FromSeconds(seconds);
        await run.GetAsync();
        Assert.Equal(asked, service.Emulator.Count("POST", "/identity/token"));
    }

    [Fact]
    public async Task A_token_that_the_service_refuses_is_renewed_once_for_all_who_use_it()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        using Run run = new(service);
        IamToken first = (await run.Session.GetAsync(run.Transport, TestContext.Current.CancellationToken)).Value;
        int waiting = 0;
        var all = new TaskCompletionSource();
        Result<IamToken>[] used = await Task.WhenAll(TenTeams.Select(_ => run.Session.UseAsync(run.Transport, RefuseFirstAsync, TestContext.Current.CancellationToken)));
        Assert.All(used, result => Assert.NotSame(first, result.Value));
        Assert.Single(used.Select(result => result.Value).Distinct());
        Assert.Equal(2, service.Emulator.Count("POST", "/identity/token"));

        // Nobody is answered before all ten have come with the same token.
        async Task<Result<IamToken>> RefuseFirstAsync(IamToken token)
        {
            if (token != first)
            {
                return token;
            }

            if (Interlocked.Increment(ref waiting) == TenTeams.Length)
            {
                all.SetResult();
            }

            await all.Task.WaitAsync(TimeSpan.FromMinutes(1));
            return Failure.Of(DiagnosticDescriptors.IamTokenRefused, "the test", string.Empty);
        }
    }

    [Fact]
    public async Task A_renewed_token_that_is_refused_too_is_the_end()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync(options => options with { Teams = TenTeams });
        service.Emulator.FailNext(99, 401, "/api/token");
        using Run run = new(service);
        foreach (EmulatorTeam team in TenTeams)
        {
            Assert.Equal(DiagnosticDescriptors.IamTokenRefused, (await run.FetchAsync(team)).Failure!.Descriptor);
        }

        Assert.Equal(2, service.Emulator.Count("POST", "/identity/token"));
    }

    [Fact]
    public async Task A_credential_that_IAM_refuses_is_not_tried_again_for_the_next_team()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync(options => options with { Teams = TenTeams });
        service.Environment["SECTOKEN_API_KEY"] = "not-the-key-of-anybody";
        using Run run = new(service);
        foreach (EmulatorTeam team in TenTeams)
        {
            Assert.Equal(DiagnosticDescriptors.ApiKeyUnknown, (await run.FetchAsync(team)).Failure!.Descriptor);
        }

        Assert.Equal(1, service.Emulator.Count("POST", "/identity/token"));
    }

    [Fact]
    public async Task IAM_that_was_in_trouble_is_asked_again()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync(options => options with { Teams = TenTeams });
        service.Emulator.FailNext(9, 503, "/identity/token");
        using Run run = new(service);
        Assert.Equal(DiagnosticDescriptors.ServiceTrouble, (await run.FetchAsync(TenTeams[0])).Failure!.Descriptor);
        using FetchedToken fetched = (await run.FetchAsync(TenTeams[0])).Value;
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_is_no_exception()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        using Run run = new(service);
        Assert.Equal(DiagnosticDescriptors.Cancelled, (await run.Session.GetAsync(run.Transport, new CancellationToken(canceled: true))).Failure!.Descriptor);
        await run.GetAsync();
    }

    /// <summary>What the calls of one run share.</summary>
    private sealed class Run : IDisposable
    {
        private readonly ServiceClient _client;
        private readonly Endpoint _endpoint;
        private readonly InstanceSelector _instance;

        public Run(ServiceFixture service, TimeProvider? clock = null)
        {
            _endpoint = Endpoint.Parse(service.Emulator.BaseUrl.ToString()).Value;
            _instance = InstanceSelector.Parse(service.Emulator.InstanceId).Value;
            _client = ServiceClient.Open(
                new CredentialOptions { BaseDirectory = "/" },
                new TransportOptions
                {
                    Environment = service.Environment.GetValueOrDefault,
                    Clock = clock ?? TimeProvider.System,
                    Pauses = ServiceFixture.Quick,
                });
        }

        public IamSession Session => _client.SessionAt(_endpoint);

        public Transport Transport => _client.Transport;

        public Task<Result<FetchedToken>> FetchAsync(EmulatorTeam team) => _client.FetchAsync(
            new TokenSettings(_endpoint, _endpoint, _instance, new TeamSelector(team.Id, null)), TestContext.Current.CancellationToken);

        public async Task GetAsync()
        {
            IamToken token = (await Session.GetAsync(Transport, TestContext.Current.CancellationToken)).Value;
            Assert.NotEmpty(token.Utf8.ToArray());
        }

        public void Dispose()
        {
            _client.Dispose();
        }
    }

    /// <summary>The system's clock at a whole second, moved on by hand.</summary>
    private sealed class ShiftedClock : TimeProvider
    {
        private readonly DateTimeOffset _start = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => _start + Shift;
    }
}
