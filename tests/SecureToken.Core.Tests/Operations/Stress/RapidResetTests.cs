using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.Versioning;
using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Run;
using SecureToken.Core.Operations.Watch;
using SecureToken.Core.Processes;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Stress;

/// <summary>Resets that come faster than anybody can follow. Whoever watches has the last token at the end.</summary>
[Trait("System", "Unix"), Trait("Stress", "yes")]
[UnsupportedOSPlatform("windows")]
public sealed class RapidResetTests : IDisposable
{
    private static readonly WatchTimes Fast = new() { Interval = TimeSpan.FromMilliseconds(30), Proof = TimeSpan.FromMilliseconds(10), LongestPause = TimeSpan.FromMilliseconds(60) };
    private static readonly int Resets = Pressure.Times(40, 1000);
    private readonly ITestOutputHelper _output;
    private readonly TemporaryDirectory _disk = new("rapid");

    public RapidResetTests(ITestOutputHelper output) => _output = output;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _disk.Dispose();

    [Fact]
    public async Task Every_copy_and_every_command_has_the_last_token_under_watch()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        machine.Service.Environment["HOME"] = _disk.Create("home");
        DestinationBuilder builder = machine.Builder(ConfigurationKey.Default);
        Destination[] destinations =
        [
            machine.Dotenv("a.env", "TOKEN"), builder.Json("b.json").Value, builder.UserSecrets("app").Value,
            builder.Command(["/bin/sh", "-c", "cat > store.part && mv store.part store"]).Value,
        ];
        ConcurrentQueue<WatchEvent> events = [];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task<Failure?> watch = WatchOperation.RunAsync([machine.Plan("payments", destinations)], Fast, events.Enqueue, stop.Token);
        await Wait.UntilAsync("the first copy", () => !events.IsEmpty || watch.IsCompleted);
        var time = Stopwatch.StartNew();
        for (int i = 0; i < Resets; i++)
        {
            machine.Service.Emulator.ResetToken(42);
            await Task.Delay(Random.Shared.Next(0, 40), Stop);
        }

        TimeSpan pressed = time.Elapsed;
        string last = machine.Service.Emulator.TokenOf(42);
        await Wait.UntilAsync("the last token everywhere", () => watch.IsCompleted || Stale(destinations, last) == 0);
        TimeSpan after = time.Elapsed - pressed;
        await stop.CancelAsync();
        Assert.Null(await watch);
        int stale = Stale(destinations, last);
        string inLedger = machine.Record().Fingerprint!;
        WatchEvent[] troubles = [.. events.Where(one => one.Kind == WatchEventKind.Trouble && one.Failure!.Descriptor != DiagnosticDescriptors.TokenRefused)];
        Pressure.Report(
            _output, $"{Resets} resets under watch in {pressed.TotalSeconds:0.0} s: {events.Count(one => one.Kind == WatchEventKind.Brought)} followed, the last after {after.TotalMilliseconds:0} ms, "
            + $"{stale} of {destinations.Length} copies stale, {troubles.Length} other troubles");
        Assert.Equal(0, stale);
        Assert.Empty(troubles);
        Assert.Equal(inLedger, Assert.Single(machine.Find().Tokens).Scope.FingerprintOf(System.Text.Encoding.UTF8.GetBytes(last)).Value);
    }

    [Fact]
    public async Task A_program_has_the_last_token_and_none_that_was_started_before_is_left()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        InjectPlan plan = machine.Plan("payments");
        const string Script = "echo $$ >> pids; echo $TOKEN > last.part; mv last.part last; while :; do sleep 0.02; done";
        using var program = new SupervisedProcess(new SupervisedProcessPlan(
            [plan.Settings], plan.Credentials, plan.Transport, "/bin/sh", ["sh", "-c", $"cd '{_disk.Path}'; {Script}"], tokens =>
            {
                var environment = new ChildEnvironment();
                environment.Set("TOKEN", tokens[0].Token.Utf8);
                return environment;
            })
        {
            OnReset = OnReset.Restart,
            Times = Fast,
        });
        Assert.Null(await program.FetchAsync(Stop));
        var run = Task.Run(program.RunAsync, Stop);
        await Wait.UntilAsync("the program", () => File.Exists(_disk["last"]) || run.IsCompleted);
        for (int i = 0; i < Resets; i++)
        {
            machine.Service.Emulator.ResetToken(42);
            await Task.Delay(Random.Shared.Next(0, 40), Stop);
        }

        string last = machine.Service.Emulator.TokenOf(42);
        await Wait.UntilAsync("the last token", () => run.IsCompleted || File.ReadAllText(_disk["last"]) == last + "\n");
        program.Forward(Signals.Terminate);
        Result<KeptProgramEnd> end = await run.WaitAsync(TimeSpan.FromMinutes(1), Stop);
        string[] started = await File.ReadAllLinesAsync(_disk["pids"], Stop);
        int left = started.Count(pid => Directory.Exists("/proc/" + pid));
        Pressure.Report(_output, $"{Resets} resets under run --on-reset restart: {started.Length} starts, {left} processes left, the last one had the last token");
        Assert.Equal(Signals.Terminate, end.Value.Exit.Signal);
        Assert.Equal(last + "\n", await File.ReadAllTextAsync(_disk["last"], Stop));
        Assert.Equal(0, left);
    }

    private int Stale(IEnumerable<Destination> destinations, string token) => destinations.Count(destination =>
    {
        if (!destination.IsReadable)
        {
            return !File.Exists(_disk["store"]) || File.ReadAllText(_disk["store"]) != token;
        }

        Result<Token?> read = destination.ReadToken();
        using Token? copy = read.Failure is null ? read.Value : null;
        return copy is null || !copy.Matches(System.Text.Encoding.UTF8.GetBytes(token));
    });
}
