using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Reset;
using SecureToken.Core.State;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Reset;

/// <summary>What a reset leaves when something stops it, and what finishes it.</summary>
public sealed class ResumeTests
{
    [Fact]
    public async Task A_destination_that_fails_after_the_reset_is_named_and_resuming_finishes_it()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(5);
        await machine.InjectAsync(files);
        string obstacle = files[1].Location + ".sectoken.tmp";
        var guide = new Guide(machine) { OnNoticed = () => Directory.CreateDirectory(obstacle) };
        ResetReport report = await machine.RunAsync(machine.Guided(files), guide);

        Assert.Equal((ExitStatus.Partial, DiagnosticDescriptors.DestinationsStale), (report.Exit, report.Failures[0].Descriptor));
        ResetDestination stale = Assert.Single(report.Destinations, destination => destination.Result.Outcome == InjectOutcome.Failed);
        Assert.Equal(files[1], stale.Result.Destination);
        Assert.Null(report.Outage);
        Assert.Equal([true, false, true, true, true], files.Select(machine.IsCurrent));
        UnfinishedReset left = Assert.Single(ResetOperation.Unfinished(machine.Environment));
        Assert.Equal((ResetStage.Converging, report.After!.Value.Value, false), (left.Record!.Stage, left.Record.After, left.IsRunning));
        Assert.Single(machine.Receipts());

        ResetReport again = await machine.ResumeAsync();
        Assert.Equal(ExitStatus.Partial, again.Exit);
        Directory.Delete(obstacle);
        ResetReport resumed = await machine.ResumeAsync();
        Assert.Empty(resumed.Failures);
        machine.AssertCurrent(files);
        machine.AssertNothingUnfinished();
        Assert.True(resumed.IsOldTokenRefused);
        Assert.Equal(3, machine.Receipts().Length);
    }

    [Fact]
    public async Task A_command_that_was_sent_an_earlier_token_is_sent_the_current_one_by_resuming()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        var command = new BlindDestination();
        await machine.InjectAsync(command);

        // The button was pressed just before the dead run looked, so its journal names the new token as the one before.
        machine.Press();
        await DeadAsync(machine, ResetStage.Waiting, resets: 0, places: [new ResetPlace(command.Kind, command.Location, command.Slot, null)]);
        ResetReport resumed = await machine.ResumeAsync(plan => plan with { Given = [command] });
        Assert.Empty(resumed.Failures);
        Assert.Equal(machine.Current, command.Holds);
    }

    [Fact]
    public async Task The_outage_of_a_resumed_reset_is_counted_from_what_the_journal_knows()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        await DeadAsync(machine, ResetStage.Converging, resets: 1, aliveAgo: TimeSpan.FromSeconds(12));
        ResetReport resumed = await machine.ResumeAsync();
        Assert.Empty(resumed.Failures);
        Assert.InRange(resumed.Outage!.AtMostSeconds, 12, 600);
        Assert.Null(resumed.Outage.AtLeastSeconds);
    }

    [Fact]
    public async Task A_token_that_is_newer_than_the_journal_wins()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = await DeadAsync(machine, ResetStage.Converging, resets: 2);
        ResetReport resumed = await machine.ResumeAsync();
        Assert.Empty(resumed.Failures);
        machine.AssertCurrent(files);
    }

    [Fact]
    public async Task A_reset_that_never_happened_is_closed_without_a_receipt()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = await DeadAsync(machine, ResetStage.Waiting, resets: 0);
        ResetReport resumed = await machine.ResumeAsync();
        Assert.Empty(resumed.Failures);
        Assert.False(resumed.WasReset);
        Assert.All(resumed.Destinations, destination => Assert.Equal(InjectOutcome.Unchanged, destination.Result.Outcome));
        Assert.Empty(machine.Receipts());
        machine.AssertCurrent(files);
        machine.AssertNothingUnfinished();
    }

    [Fact]
    public async Task A_reset_that_only_waited_does_not_stand_in_the_way_of_the_next_one()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = await DeadAsync(machine, ResetStage.Waiting, resets: 0);
        Assert.Empty((await machine.RunAsync(machine.Guided(files))).Failures);
        machine.AssertCurrent(files);
        machine.AssertNothingUnfinished();
    }

    [Fact]
    public async Task Where_the_service_cannot_be_asked_the_saved_token_serves()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = await DeadAsync(machine, ResetStage.Converging, resets: 1, isSaved: true);
        machine.Emulator.FailNext(100, 503, "/identity/token");
        ResetReport resumed = await machine.ResumeAsync(plan => plan with { Transport = plan.Transport with { Deadline = TimeSpan.FromSeconds(5) } });
        Assert.Empty(resumed.Failures);
        Assert.Contains(resumed.Warnings, warning => warning.Descriptor == DiagnosticDescriptors.ResumedFromRecovery);
        machine.AssertCurrent(files);
        machine.AssertNothingUnfinished();
    }

    [Fact]
    public async Task A_saved_token_that_is_not_the_journals_is_not_used()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        await DeadAsync(machine, ResetStage.Converging, resets: 1, isSaved: true);
        string saved = Assert.Single(Directory.GetFiles(Path.Combine(machine.State, "resets"), "*.token"));
        await File.WriteAllTextAsync(saved, "another-token-0123", TestContext.Current.CancellationToken);
        machine.Emulator.FailNext(100, 503, "/identity/token");
        ResetReport resumed = await machine.ResumeAsync(plan => plan with { Transport = plan.Transport with { Deadline = TimeSpan.FromSeconds(5) } });
        Assert.Equal(ExitStatus.Unavailable, resumed.Exit);
        Assert.Single(ResetOperation.Unfinished(machine.Environment));
    }

    [Fact]
    public async Task A_destination_that_only_its_settings_can_describe_is_named_until_they_do()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(2);
        var lost = new ResetPlace("command", "gh secret set TOKEN", "stdin", null);
        await DeadAsync(machine, ResetStage.Converging, resets: 1, places: [lost]);
        ResetReport resumed = await machine.ResumeAsync();
        Assert.Equal(ExitStatus.Partial, resumed.Exit);
        ResetDestination named = Assert.Single(resumed.Destinations, destination => destination.Result.Failure is not null);
        Assert.Equal((lost.Location, DiagnosticDescriptors.DestinationNotRebuilt), (named.Result.Destination.Location, named.Result.Failure!.Descriptor));
        machine.AssertCurrent(files);
        Assert.Single(ResetOperation.Unfinished(machine.Environment));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"version":2}""")]
    [InlineData("""{"version":1,"places":null}""")]
    [InlineData("""{"version":1,"places":[null]}""")]
    [InlineData("""{"version":1,"stage":"Nonsense"}""")]
    [InlineData("""{"version":1,"endpoint":"http://evil.example","iamEndpoint":"x","instance":"x","team":"x"}""")]
    public async Task A_damaged_journal_is_told_and_nothing_is_done(string content)
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        await DeadAsync(machine, ResetStage.Converging, resets: 1);
        await File.WriteAllTextAsync(Assert.Single(Directory.GetFiles(Path.Combine(machine.State, "resets"), "*.json")), content, TestContext.Current.CancellationToken);
        ResetReport resumed = await machine.ResumeAsync();
        Assert.Equal(DiagnosticDescriptors.JournalUnreadable, Assert.Single(resumed.Failures).Descriptor);
        Assert.Equal(DiagnosticDescriptors.JournalUnreadable, Assert.Single((await machine.RunAsync(machine.Guided(machine.Files(1)))).Failures).Descriptor);
        Assert.Equal(0, machine.Resets);
    }

    [Fact]
    public async Task A_journal_that_is_a_link_is_not_followed()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        await DeadAsync(machine, ResetStage.Converging, resets: 1);
        string journal = Assert.Single(Directory.GetFiles(Path.Combine(machine.State, "resets"), "*.json"));
        string victim = machine.At("victim");
        File.Move(journal, victim);
        File.CreateSymbolicLink(journal, victim);
        string before = await File.ReadAllTextAsync(victim, TestContext.Current.CancellationToken);
        Assert.Equal(DiagnosticDescriptors.JournalUnreadable, Assert.Single((await machine.ResumeAsync()).Failures).Descriptor);
        Assert.Equal(DiagnosticDescriptors.LinkRefused, Assert.Single((await machine.RunAsync(machine.Guided(machine.Files(1)))).Failures).Descriptor);
        Assert.Equal(before, await File.ReadAllTextAsync(victim, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Of_several_unfinished_resets_the_team_chooses()
    {
        const string First = "11111111-1111-1111-1111-111111111111";
        UnfinishedReset[] three =
        [
            new("/a", new ResetRecord { Team = "payments", TeamId = 42, TeamName = "payments", Instance = First, Endpoint = "https://one.example" }, false),
            new("/b", new ResetRecord { Team = "7", TeamId = 7, Instance = First, Endpoint = "https://one.example" }, false),
            new("/c", new ResetRecord { Team = "7", TeamId = 7, Instance = "22222222-2222-2222-2222-222222222222", Endpoint = "https://two.example" }, false),
        ];
        Assert.Equal(DiagnosticDescriptors.ResetAmbiguous, Failed());
        Assert.Equal(DiagnosticDescriptors.NothingToResume, ResumePlan.Choose([], new ResumeChoice()).Failure?.Descriptor);
        Assert.Equal(DiagnosticDescriptors.NothingToResume, Failed(new TeamSelector(8, null)));
        Assert.Equal(DiagnosticDescriptors.ResetAmbiguous, Failed(new TeamSelector(7, null)));
        Assert.Equal("/a", Chosen(new TeamSelector(null, "payments")));
        Assert.Equal("/a", Chosen(new TeamSelector(42, null)));
        Assert.Equal("/b", Chosen(new TeamSelector(7, null), First));
        Assert.Equal("/c", Chosen(null, null, "https://two.example"));
        Assert.Equal(DiagnosticDescriptors.NothingToResume, ResumePlan.Choose(three, new ResumeChoice(Instance: InstanceSelector.Parse("by-name").Value)).Failure?.Descriptor);

        // One that is running in another terminal is not dead.
        UnfinishedReset[] oneRuns = [three[0] with { IsRunning = true }, three[2]];
        Assert.Equal("/c", ResumePlan.Choose(oneRuns, new ResumeChoice()).Value.Path);
        Assert.Equal("/a", ResumePlan.Choose(oneRuns[..1], new ResumeChoice()).Value.Path);

        DiagnosticDescriptor? Failed(TeamSelector? team = null) => ResumePlan.Choose(three, new ResumeChoice(team)).Failure?.Descriptor;

        string Chosen(TeamSelector? team, string? instance = null, string? endpoint = null) => ResumePlan.Choose(
            three,
            new ResumeChoice(team, instance is null ? null : InstanceSelector.Parse(instance).Value, endpoint is null ? null : Endpoint.Parse(endpoint).Value)).Value.Path;
    }

    /// <summary>What a run leaves that was killed: its journal, perhaps the saved token, and files with the token of before.</summary>
    private static async Task<Destination[]> DeadAsync(ResetMachine machine, ResetStage stage, int resets, bool isSaved = false, IReadOnlyList<ResetPlace>? places = null, TimeSpan aliveAgo = default)
    {
        Destination[] files = machine.Files(2);
        await machine.InjectAsync(files);
        InjectPlan plan = machine.Plan(files);
        var scope = new TokenScope(plan.Settings.Endpoint, plan.Settings.Instance.Known!, new Team(ResetMachine.TeamId, "payments"));
        string before = Fingerprint();
        string? after = null;
        for (int i = 0; i < resets; i++)
        {
            machine.Press();
            after ??= stage == ResetStage.Converging ? Fingerprint() : null;
        }

        using ResetJournal journal = ResetJournal.Open(
            scope.Endpoint.ToString(), scope.Instance.Id, scope.Team.Id, scope.ToString(), machine.Environment, TestContext.Current.CancellationToken).Value;
        Assert.True(journal.Write(new ResetRecord
        {
            Endpoint = scope.Endpoint.ToString(),
            IamEndpoint = plan.Settings.IamEndpoint.ToString(),
            Instance = scope.Instance.Id,
            Team = "payments",
            TeamId = scope.Team.Id,
            TeamName = "payments",
            StartedAt = DateTimeOffset.UtcNow,
            LastAliveAt = DateTimeOffset.UtcNow - aliveAgo,
            Stage = stage,
            Before = before,
            After = after,
            Places = [.. files.Select(file => new ResetPlace(file.Kind, file.Location, file.Slot, null)), .. places ?? []],
        }).Value);
        if (isSaved)
        {
            using Core.Secrets.Token token = Core.Secrets.Token.TryCreate(System.Text.Encoding.ASCII.GetBytes(machine.Current))!;
            Assert.True(journal.Save(token).Value);
        }

        return files;

        string Fingerprint() => scope.FingerprintOf(System.Text.Encoding.ASCII.GetBytes(machine.Current)).Value;
    }
}
