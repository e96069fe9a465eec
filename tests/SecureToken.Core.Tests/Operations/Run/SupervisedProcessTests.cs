using System.Collections.Concurrent;
using System.Runtime.Versioning;
using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Run;
using SecureToken.Core.Operations.Watch;
using SecureToken.Core.Processes;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Run;

/// <summary>A program is kept on the current tokens.</summary>
[Trait("System", "Unix")]
[UnsupportedOSPlatform("windows")]
public sealed class SupervisedProcessTests : IDisposable
{
    private const string Waiting = "while :; do sleep 0.02; done";

    /// <summary>Says which token it has, and ends if the test has said stop. It looks before it says so, for then the test goes on.</summary>
    private const string SayOrStop = "[ -e stop ] && end=1; echo $TOKEN >> out; [ -n \"$end\" ] && exit 7";

    private readonly TemporaryDirectory _disk = new("kept");

    public void Dispose() => _disk.Dispose();

    [Fact]
    public async Task A_restarted_program_is_asked_to_end_and_starts_with_the_new_token()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        string old = machine.Service.Emulator.TokenOf(42);
        await using Running run = await StartAsync(machine, OnReset.Restart, $"trap 'echo ended >> out; exit 3' TERM; {SayOrStop}; {Waiting}");
        await run.SaysAsync(old);
        _disk.Write("stop", string.Empty);
        string born = machine.Service.Emulator.ResetToken(42);
        KeptProgramEnd end = await run.EndAsync();
        Assert.Equal((7, 0, false), (end.Exit.Code, end.Exit.Signal, end.IsForReset));
        Assert.Equal([old, "ended", born], run.Said);
        Assert.Equal((WatchEventKind.Brought, 42), (Assert.Single(run.Events).Kind, run.Events[0].Scope!.Team.Id));
        Assert.Equal(1, machine.Service.Emulator.Count("POST", "/identity/token"));
    }

    [Fact]
    public async Task A_program_that_does_not_end_is_killed()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await using Running run = await StartAsync(machine, OnReset.Restart, $"trap '' TERM; {SayOrStop}; {Waiting}", plan => plan with { Grace = TimeSpan.FromMilliseconds(100) });
        await run.SaysAsync(machine.Service.Emulator.TokenOf(42));
        _disk.Write("stop", string.Empty);
        machine.Service.Emulator.ResetToken(42);
        Assert.Equal(7, (await run.EndAsync()).Exit.Code);
    }

    [Fact]
    public async Task Nothing_happens_to_it_before_the_new_token_is_proven()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await using Running run = await StartAsync(machine, OnReset.Exit, $"trap 'echo ended >> out; exit 3' TERM; echo $TOKEN >> out; {Waiting}");
        string old = machine.Service.Emulator.TokenOf(42);
        await run.SaysAsync(old);
        machine.Service.Emulator.NewTokenAfter = TimeSpan.FromDays(1);
        machine.Service.Emulator.ResetToken(42);
        while (run.Events.Count == 0)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.Equal(DiagnosticDescriptors.TokenRefused, run.Events[0].Failure!.Descriptor);
        Assert.Equal([old], run.Said);
        machine.Service.Emulator.NewTokenAfter = TimeSpan.Zero;
        machine.Service.Emulator.ResetToken(42);
        KeptProgramEnd end = await run.EndAsync();
        Assert.True(end.IsForReset);
        Assert.Equal([old, "ended"], run.Said);
    }

    [Fact]
    public async Task A_signalled_program_goes_on_with_the_environment_that_it_has()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        string old = machine.Service.Emulator.TokenOf(42);
        await using Running run = await StartAsync(machine, OnReset.Signal, $"trap 'echo $TOKEN $(cat new) >> out; exit 7' USR1; echo $TOKEN >> out; {Waiting}", plan => plan with { Signal = Signals.Parse("SIGUSR1")!.Value });
        await run.SaysAsync(old);
        _disk.Write("new", "file");
        machine.Service.Emulator.ResetToken(42);
        Assert.Equal((7, false), ((await run.EndAsync()).Exit.Code, false));
        Assert.Equal([old, old + " file"], run.Said);
    }

    [Fact]
    public async Task A_program_that_ends_by_itself_ends_the_vigil()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await using Running run = await StartAsync(machine, OnReset.Restart, "exit 5");
        Assert.Equal(new KeptProgramEnd(new ChildExit(5, 0), false), await run.EndAsync());
        int asked;
        do
        {
            // A look that was under way may still arrive.
            asked = machine.Service.Emulator.Requests.Count;
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        }
        while (asked != machine.Service.Emulator.Requests.Count);
        machine.Service.Emulator.ResetToken(42);
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Equal(asked, machine.Service.Emulator.Requests.Count);
    }

    [Fact]
    public async Task Who_tells_it_to_end_tells_it_for_good()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await using Running run = await StartAsync(machine, OnReset.Restart, $"trap 'touch told' TERM; echo $TOKEN >> out; {Waiting}", plan => plan with { Grace = TimeSpan.FromMilliseconds(200) });
        await run.SaysAsync(machine.Service.Emulator.TokenOf(42));
        run.Program.Forward(Signals.Terminate);
        while (!File.Exists(_disk["told"]))
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        machine.Service.Emulator.ResetToken(42);
        Assert.Equal(new KeptProgramEnd(new ChildExit(0, Signals.Kill), false), await run.EndAsync());
        Assert.Single(run.Said);
    }

    [Theory]
    [InlineData(OnReset.Restart)]
    [InlineData(OnReset.Signal)]
    public async Task The_new_token_is_masked_as_the_old_one_was(OnReset onReset)
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        using var output = new MemoryStream();
        string script = $"trap 'while [ ! -s new ]; do sleep 0.02; done; cat new; exit 7' HUP; echo \"now $TOKEN\"; {SayOrStop}; {Waiting}";
        await using Running run = await StartAsync(machine, onReset, script, plan => plan with { Output = output });
        await run.SaysAsync(machine.Service.Emulator.TokenOf(42));
        _disk.Write("stop", string.Empty);

        // The file is whole when it is there, and the program waits for it when it is told of the reset sooner.
        File.Move(_disk.Write("new.part", $"file {machine.Service.Emulator.ResetToken(42)}\n"), _disk["new"]);
        Assert.Equal(7, (await run.EndAsync()).Exit.Code);
        Assert.Equal($"now ***\n{(onReset == OnReset.Restart ? "now" : "file")} ***\n", Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public async Task Of_several_tokens_each_keeps_its_name()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await using Running run = await StartAsync(machine, OnReset.Restart, $"trap 'exit 3' TERM; [ -e stop ] && end=1; echo $TOKEN $OTHER >> out; [ -n \"$end\" ] && exit 7; {Waiting}", teams: ["payments", "30785"]);
        string first = machine.Service.Emulator.TokenOf(42);
        await run.SaysAsync($"{first} {machine.Service.Emulator.TokenOf(30785)}");
        _disk.Write("stop", string.Empty);
        string born = machine.Service.Emulator.ResetToken(30785);
        await run.EndAsync();
        Assert.Equal($"{first} {born}", run.Said[^1]);
    }

    [Fact]
    public async Task Without_a_token_nothing_is_started()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        machine.Service.Environment.Remove("SECTOKEN_API_KEY");
        using var program = new SupervisedProcess(PlanOf(machine, OnReset.Restart, "touch ran", ["payments"]));
        Assert.Equal(DiagnosticDescriptors.CredentialMissing, (await program.FetchAsync(TestContext.Current.CancellationToken))!.Descriptor);
    }

    private static async Task<Running> StartAsync(Machine machine, OnReset onReset, string script, Func<SupervisedProcessPlan, SupervisedProcessPlan>? change = null, string[]? teams = null)
    {
        SupervisedProcessPlan plan = PlanOf(machine, onReset, script, teams ?? ["payments"]);
        ConcurrentQueue<WatchEvent> events = new();
        var program = new SupervisedProcess((change?.Invoke(plan) ?? plan) with { Tell = events.Enqueue });
        Assert.Null(await program.FetchAsync(TestContext.Current.CancellationToken));
        return new Running(program, machine.At("out"), events);
    }

    private static SupervisedProcessPlan PlanOf(Machine machine, OnReset onReset, string script, string[] teams)
    {
        InjectPlan[] plans = [.. teams.Select(team => machine.Plan(team))];
        return new SupervisedProcessPlan(
            [.. plans.Select(plan => plan.Settings)], plans[0].Credentials, plans[0].Transport, "/bin/sh", ["sh", "-c", $"cd '{machine.At(string.Empty)}'; {script}"], Environment)
        {
            OnReset = onReset,
            Times = new WatchTimes { Interval = TimeSpan.FromMilliseconds(40), Proof = TimeSpan.FromMilliseconds(10), LongestPause = TimeSpan.FromMilliseconds(60) },
        };

        static ChildEnvironment Environment(IReadOnlyList<FetchedToken> tokens)
        {
            var environment = new ChildEnvironment();
            environment.Set("TOKEN", tokens[0].Token.Utf8);
            environment.Set("OTHER", tokens[^1].Token.Utf8);
            return environment;
        }
    }

    /// <summary>A program that runs, and writes what it says into a file.</summary>
    private sealed class Running(SupervisedProcess program, string file, ConcurrentQueue<WatchEvent> events) : IAsyncDisposable
    {
        private readonly Task<Result<KeptProgramEnd>> _end = Task.Run(program.RunAsync);

        public SupervisedProcess Program => program;

        public IReadOnlyList<WatchEvent> Events => [.. events];

        public string[] Said => File.Exists(file) ? File.ReadAllLines(file) : [];

        public async Task SaysAsync(string line)
        {
            while (!Said.Contains(line))
            {
                Assert.False(_end.IsCompleted);
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }
        }

        public async Task<KeptProgramEnd> EndAsync() => (await _end.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)).Value;

        public async ValueTask DisposeAsync()
        {
            program.Forward(Signals.Terminate);
            program.Forward(Signals.Kill);
            await _end;
            program.Dispose();
        }
    }
}
