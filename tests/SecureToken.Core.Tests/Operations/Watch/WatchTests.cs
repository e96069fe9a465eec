using System.Threading.Channels;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Watch;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Watch;

/// <summary>A reset that somebody made elsewhere is noticed, and every destination follows.</summary>
public sealed class WatchTests : IDisposable
{
    private static readonly WatchTimes Fast = new() { Interval = TimeSpan.FromMilliseconds(30), Proof = TimeSpan.FromMilliseconds(10), LongestPause = TimeSpan.FromMilliseconds(60) };
    private readonly TemporaryDirectory _disk = new("watch");

    public void Dispose() => _disk.Dispose();

    [Fact]
    public async Task Every_destination_follows_a_reset_and_only_the_token_is_asked_for_meanwhile()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await using Watching watch = new(machine, Fast, machine.Plan("payments", machine.Dotenv("a.env", "TOKEN"), machine.Dotenv("b.env", "TOKEN")));
        WatchEvent first = await watch.NextAsync();
        Assert.Equal((WatchEventKind.Watching, 2), (first.Kind, first.Destinations.Count(line => line.Outcome == InjectOutcome.Written)));
        await watch.LooksAsync(5);

        string born = machine.Service.Emulator.ResetToken(42);
        WatchEvent second = await watch.NextAsync();
        Assert.Equal((WatchEventKind.Brought, first.Now), (second.Kind, second.Before));
        Assert.All(second.Destinations, line => Assert.Equal(InjectOutcome.Written, line.Outcome));
        Assert.All(["a.env", "b.env"], path => Assert.Equal($"TOKEN={born}\n", File.ReadAllText(_disk[path])));
        await watch.LooksAsync(5);

        Assert.Equal(1, machine.Service.Emulator.Count("POST", "/identity/token"));
        Assert.Equal(1, machine.Service.Emulator.Count("GET", "/api/v2/teams/light/name/payments"));
        Assert.Equal(2, machine.Service.Emulator.Count("GET", "/api/users/me"));
        Assert.Null(await watch.EndAsync());
        Assert.Empty(watch.Rest);
        Assert.Equal(second.Now!.Value.Value, machine.Record().Fingerprint);
    }

    [Fact]
    public async Task Nothing_is_written_before_the_new_token_is_proven()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await using Watching watch = new(machine, Fast, machine.Plan("payments", machine.Dotenv("a.env", "TOKEN")));
        await watch.NextAsync();
        string before = File.ReadAllText(_disk["a.env"]);
        machine.Service.Emulator.NewTokenAfter = TimeSpan.FromDays(1);
        machine.Service.Emulator.ResetToken(42);
        WatchEvent trouble = await watch.NextAsync();
        Assert.Equal((WatchEventKind.Trouble, DiagnosticDescriptors.TokenRefused), (trouble.Kind, trouble.Failure!.Descriptor));
        await watch.LooksAsync(3);
        Assert.Equal(before, File.ReadAllText(_disk["a.env"]));

        machine.Service.Emulator.NewTokenAfter = TimeSpan.Zero;
        string born = machine.Service.Emulator.ResetToken(42);
        Assert.Equal(WatchEventKind.Brought, (await watch.NextAsync()).Kind);
        Assert.Equal($"TOKEN={born}\n", File.ReadAllText(_disk["a.env"]));
    }

    [Fact]
    public async Task A_service_that_cannot_be_asked_is_told_once_and_once_more_when_it_can()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        machine.Service.Emulator.FailNext(4, 501, "/api/token");
        await using Watching watch = new(machine, Fast, machine.Plan("42", machine.Dotenv("a.env", "TOKEN")));
        WatchEvent trouble = await watch.NextAsync();
        Assert.Equal((WatchEventKind.Trouble, DiagnosticDescriptors.ServiceTrouble), (trouble.Kind, trouble.Failure!.Descriptor));
        Assert.Equal(WatchEventKind.Watching, (await watch.NextAsync()).Kind);

        machine.Service.Emulator.FailNext(4, 501, "/api/token");
        Assert.Equal([WatchEventKind.Trouble, WatchEventKind.Recovered], [(await watch.NextAsync()).Kind, (await watch.NextAsync()).Kind]);
        await watch.LooksAsync(2);
        Assert.Null(await watch.EndAsync());
        Assert.Empty(watch.Rest);
    }

    [Fact]
    public async Task The_pause_grows_while_the_service_cannot_be_asked_and_a_wish_of_the_service_is_granted()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        machine.Service.Emulator.FailNext(1, 429, "/api/token", TimeSpan.FromDays(2));
        await using Watching watch = new(machine, Fast, machine.Plan("42", machine.Dotenv("a.env", "TOKEN")));
        WatchEvent trouble = await watch.NextAsync();
        Assert.Equal((DiagnosticDescriptors.RateLimited, Fast.LongestRetryAfter), (trouble.Failure!.Descriptor, trouble.Pause));
        Assert.Null(await watch.EndAsync());
        Assert.Equal(1, machine.Service.Emulator.Count("GET", "/api/token"));
    }

    [Theory]
    [InlineData("nobody", null, "SECTOK403")]
    [InlineData("payments", "not-the-key-of-anybody", "SECTOK204")]
    public async Task What_does_not_pass_by_waiting_ends_it_at_the_beginning(string team, string? apiKey, string code)
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        machine.Service.Environment["SECTOKEN_API_KEY"] = apiKey ?? machine.Service.Emulator.ApiKey;
        await using Watching watch = new(machine, Fast, machine.Plan(team, machine.Dotenv("a.env", "TOKEN")));
        Assert.Equal(code, (await watch.Ended)!.Code);
        Assert.Empty(watch.Rest);
        Assert.False(File.Exists(_disk["a.env"]));
    }

    [Fact]
    public async Task A_destination_that_may_not_be_written_ends_it_at_the_beginning_and_is_tried_again_later()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        _disk.Create("a.env");
        await using (Watching refused = new(machine, Fast, machine.Plan("42", machine.Dotenv("a.env", "TOKEN"))))
        {
            Assert.Equal(DiagnosticDescriptors.NotARegularFile, (await refused.Ended)!.Descriptor);
        }

        Directory.Delete(_disk["a.env"]);
        await using Watching watch = new(machine, Fast, machine.Plan("42", machine.Dotenv("a.env", "TOKEN")));
        await watch.NextAsync();
        File.Delete(_disk["a.env"]);
        _disk.Create("a.env");
        string born = machine.Service.Emulator.ResetToken(42);
        Assert.Equal(DiagnosticDescriptors.NotARegularFile, (await watch.NextAsync()).Failure!.Descriptor);
        Directory.Delete(_disk["a.env"]);
        Assert.Equal(WatchEventKind.Brought, (await watch.NextAsync()).Kind);
        Assert.Equal($"TOKEN={born}\n", File.ReadAllText(_disk["a.env"]));
    }

    [Fact]
    public async Task A_credential_that_was_refused_is_read_anew()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        string key = _disk.Write("key", machine.Service.Emulator.ApiKey);
        machine.Service.Environment["SECTOKEN_API_KEY"] = "@" + key;
        await using Watching watch = new(machine, Fast, machine.Plan("42", machine.Dotenv("a.env", "TOKEN")));
        await watch.NextAsync();
        await File.WriteAllTextAsync(key, "not-the-key-of-anybody", TestContext.Current.CancellationToken);
        machine.Service.Emulator.FailNext(4, 401, "/api/token");
        WatchEvent trouble = await watch.NextAsync();
        Assert.Equal((WatchEventKind.Trouble, ExitStatus.NotAuthenticated), (trouble.Kind, trouble.Failure!.Descriptor.Exit));
        trouble = await watch.NextAsync();
        Assert.Equal(DiagnosticDescriptors.ApiKeyUnknown, trouble.Failure!.Descriptor);
        await File.WriteAllTextAsync(key, machine.Service.Emulator.ApiKey, TestContext.Current.CancellationToken);
        while ((await watch.NextAsync()).Kind != WatchEventKind.Recovered)
        {
        }
    }

    [Fact]
    public async Task Several_teams_are_watched_with_one_IAM_token()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await using Watching watch = new(machine, Fast, machine.Plan("42", machine.Dotenv("a.env", "TOKEN")), machine.Plan("30785", machine.Dotenv("b.env", "TOKEN")));
        await watch.NextAsync();
        await watch.NextAsync();
        string born = machine.Service.Emulator.ResetToken(30785);
        WatchEvent brought = await watch.NextAsync();
        Assert.Equal(30785, brought.Scope!.Team.Id);
        Assert.Equal($"TOKEN={born}\n", File.ReadAllText(_disk["b.env"]));
        Assert.Equal(1, machine.Service.Emulator.Count("POST", "/identity/token"));
    }

    [Fact]
    public async Task It_ends_when_it_is_told_to_also_while_it_waits_for_an_answer()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await using Watching watch = new(machine, Fast, machine.Plan("42", machine.Dotenv("a.env", "TOKEN")));
        await watch.NextAsync();
        machine.Service.Emulator.Latency = TimeSpan.FromHours(1);
        await watch.LooksAsync(1);
        Assert.Null(await watch.EndAsync());
        Assert.Empty(watch.Rest);
    }

    /// <summary>A watch that runs.</summary>
    private sealed class Watching : IAsyncDisposable
    {
        private readonly Machine _machine;
        private readonly Channel<WatchEvent> _events = Channel.CreateUnbounded<WatchEvent>();
        private readonly CancellationTokenSource _stop = new();

        public Watching(Machine machine, WatchTimes times, params InjectPlan[] plans)
        {
            _machine = machine;
            Ended = WatchOperation.RunAsync(plans, times, one => _events.Writer.TryWrite(one), _stop.Token);
        }

        public Task<Failure?> Ended { get; }

        public IEnumerable<WatchEvent> Rest
        {
            get
            {
                while (_events.Reader.TryRead(out WatchEvent? one))
                {
                    yield return one;
                }
            }
        }

        public async Task<WatchEvent> NextAsync() =>
            await _events.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        /// <summary>Waits until the token was asked for so many times more.</summary>
        public async Task LooksAsync(int times)
        {
            int wanted = _machine.Service.Emulator.Count("GET", "/api/token") + times;
            while (_machine.Service.Emulator.Count("GET", "/api/token") < wanted)
            {
                Assert.False(Ended.IsCompleted);
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }
        }

        public async Task<Failure?> EndAsync()
        {
            await _stop.CancelAsync();
            return await Ended.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await EndAsync();
            _stop.Dispose();
        }
    }
}
