using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Reset;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Reset;

/// <summary>Nothing irreversible is done before every destination is known to be ready.</summary>
public sealed class ReadinessTests
{
    [Fact]
    public async Task One_destination_of_five_that_cannot_be_written_and_nothing_is_requested()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(5);
        await machine.InjectAsync(files);
        string token = machine.Current;

        // Root may write in a read-only directory; a directory in the place of the temporary file stops everyone.
        Directory.CreateDirectory(files[3].Location + ".sectoken.tmp");
        ResetReport report = await machine.RunAsync(machine.Requested(files));

        Assert.Equal(DiagnosticDescriptors.ResetNotStarted, Assert.Single(report.Failures).Descriptor);
        Assert.Equal(ExitStatus.Partial, report.Exit);
        ResetDestination named = Assert.Single(report.Destinations, destination => destination.Result.Failure is not null);
        Assert.Equal((files[3], DiagnosticDescriptors.FileUnwritable), (named.Result.Destination, named.Result.Failure!.Descriptor));
        Assert.Equal(["ready", "ready", "ready", "failed", "ready"], report.Destinations.Select(destination => ResetReceipt.WordOf(destination.Result.Outcome)));
        Assert.Equal(0, machine.Resets);
        Assert.Equal(token, machine.Current);
        machine.AssertCurrent(files);
        machine.AssertNothingUnfinished();
        Assert.Empty(machine.Receipts());
    }

    [Fact]
    public async Task A_destination_that_is_being_written_for_longer_than_the_limit_is_named()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(2);
        using FileLock other = FileLock.Acquire(files[1].LockFile!, "it", TimeSpan.Zero, CancellationToken.None).Value;
        ResetPlan plan = machine.Requested(files);
        ResetReport report = await machine.RunAsync(plan with { Times = plan.Times with { Lock = TimeSpan.FromMilliseconds(50) } });
        Assert.Equal(DiagnosticDescriptors.FileLocked, report.Destinations[1].Result.Failure?.Descriptor);
        Assert.Equal(0, machine.Resets);
    }

    [Fact]
    public async Task A_store_that_is_reached_by_two_names_is_one_place_and_has_one_lock()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination one = machine.Builder().UserSecrets("app").Value;
        await machine.InjectAsync(one);
        string home = machine.Environment("HOME")!;
        machine.Service.Environment["HOME"] = home + ".link";
        Directory.CreateSymbolicLink(home + ".link", home);
        try
        {
            Destination other = machine.Builder().UserSecrets("app").Value;
            Assert.NotEqual(one.Location, other.Location);
            Assert.True(DestinationBuilder.IsSamePlace(one, other));
            ResetReport report = await machine.RunAsync(machine.Requested(other) with { IncludesKnown = true });
            Assert.Empty(report.Failures);
            machine.AssertCurrent([one, other]);
        }
        finally
        {
            Directory.Delete(home + ".link");
        }
    }

    [Fact]
    public async Task A_state_directory_that_cannot_save_the_new_token_stops_the_reset_before_it()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Directory.CreateDirectory(Path.Combine(machine.State, "resets"));
        await machine.RunAsync(machine.Guided(machine.Files(1)), new Guide(machine) { Pointed = () => throw new InvalidOperationException() }).ContinueWith(_ => { }, TaskScheduler.Default);
        string journal = Assert.Single(Directory.GetFiles(Path.Combine(machine.State, "resets"), "*.json"));
        File.Delete(journal);
        Directory.CreateDirectory(Path.ChangeExtension(journal, ".token"));
        ResetReport report = await machine.RunAsync(machine.Requested(machine.Files(1)));
        Assert.Equal(ExitStatus.LocalFile, report.Exit);
        Assert.Equal(0, machine.Resets);
    }

    [Fact]
    public async Task A_rehearsal_does_everything_but_the_reset()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(4);
        await machine.InjectAsync(files[..3]);
        ResetReport report = await machine.RunAsync(machine.Requested(files) with { IsRehearsal = true });
        Assert.Empty(report.Failures);
        Assert.Equal(0, machine.Resets);
        machine.AssertCurrent(files);
        Assert.Equal([InjectOutcome.Unchanged, InjectOutcome.Unchanged, InjectOutcome.Unchanged, InjectOutcome.Written], report.Destinations.Select(destination => destination.Result.Outcome));
        Assert.False(report.WasReset);
        Assert.True(report.Outage!.AtMostSeconds > 0);
        machine.AssertNothingUnfinished();
        Assert.Empty(machine.Receipts());

        Directory.CreateDirectory(files[0].Location + ".sectoken.tmp");
        ResetReport refused = await machine.RunAsync(machine.Guided(files) with { IsRehearsal = true });
        Assert.Equal(ExitStatus.Partial, refused.Exit);
        Assert.Equal(DiagnosticDescriptors.FileUnwritable, refused.Destinations[0].Result.Failure?.Descriptor);
    }

    [Fact]
    public async Task The_prediction_of_a_guided_reset_counts_the_pause_in_which_it_may_begin()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        ResetPlan plan = machine.Guided(machine.Files(1)) with { IsRehearsal = true };
        ResetReport report = await machine.RunAsync(plan with { Times = plan.Times with { LongestPause = TimeSpan.FromSeconds(5) } });
        Assert.InRange(report.Outage!.AtMostSeconds - report.Outage.AtLeastSeconds!.Value, 4.999, 5.001);
    }

    [Fact]
    public async Task Two_resets_of_one_token_under_two_names_do_not_run_at_once()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        ResetReport? second = null;
        var guide = new Guide(machine)
        {
            Pointed = () =>
            {
                ResetPlan byId = machine.Guided(machine.Files(1));
                byId = byId with { Token = byId.Token with { Settings = byId.Token.Settings with { Team = new TeamSelector(ResetMachine.TeamId, null) } } };
                second = ResetOperation.RunAsync(byId, new Guide(null), CancellationToken.None).GetAwaiter().GetResult();
                machine.Press();
            },
        };
        Assert.Empty((await machine.RunAsync(machine.Guided(machine.Files(2)), guide)).Failures);
        Failure refused = Assert.Single(second!.Failures);
        Assert.Equal(DiagnosticDescriptors.ResetRunning, refused.Descriptor);
        Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_yes_nothing_is_sent()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        ResetReport report = await machine.RunAsync(machine.Requested(machine.Files(2)) with { IsConfirmed = false }, new Guide(machine) { Answer = () => false });
        Assert.Equal(DiagnosticDescriptors.ResetNotConfirmed, Assert.Single(report.Failures).Descriptor);
        Assert.Equal(0, machine.Resets);
        machine.AssertNothingUnfinished();
    }

    [Fact]
    public async Task A_destination_that_fails_while_the_person_thinks_is_found_before_the_request()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(2);
        var guide = new Guide(machine)
        {
            Answer = () =>
            {
                Directory.CreateDirectory(files[0].Location + ".sectoken.tmp");
                return true;
            },
        };
        ResetReport report = await machine.RunAsync(machine.Requested(files) with { IsConfirmed = false }, guide);
        Assert.Equal(DiagnosticDescriptors.ResetNotStarted, Assert.Single(report.Failures).Descriptor);
        Assert.Equal(0, machine.Resets);
    }

    [Fact]
    public async Task Copies_that_only_the_ledger_knows_are_told_or_follow()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(5);
        await machine.InjectAsync(files);
        ResetReport some = await machine.RunAsync(machine.Requested(files[0]));
        Failure warning = Assert.Single(some.Warnings);
        Assert.Equal(DiagnosticDescriptors.OtherCopiesKnown, warning.Descriptor);
        Assert.StartsWith("4 other known copies", warning.Message, StringComparison.Ordinal);
        Assert.False(machine.IsCurrent(files[1]));

        // One was removed since, and one no longer holds what the ledger says: neither is ours to write.
        File.Delete(files[1].Location);
        File.WriteAllText(files[3].Location, "TOKEN=something-else-entirely\n");
        ResetReport all = await machine.RunAsync(machine.Requested(files[0]) with { IncludesKnown = true });
        Assert.Empty(all.Failures);
        Assert.Empty(all.Warnings);
        machine.AssertCurrent([files[0], files[2], files[4]]);
        Assert.False(File.Exists(files[1].Location));
        Assert.Equal("TOKEN=something-else-entirely\n", File.ReadAllText(files[3].Location));
    }
}
