using System.Text.Json;
using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Reset;
using SecureToken.Core.State;
using SecureToken.Core.Tests.Service;
using SecureToken.Emulator;
using SecureToken.TestSupport;
using Xunit;
using Command = SecureToken.Core.Tests.Files.Command;

namespace SecureToken.Core.Tests.Operations.Reset;

/// <summary>A person presses the button of the page, and every copy follows.</summary>
public sealed class GuidedResetTests
{
    [Fact]
    public async Task Every_destination_follows_and_the_receipt_says_so()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(5);
        await machine.InjectAsync(files);
        string old = machine.Current;
        var guide = new Guide(machine);

        ResetReport report = await machine.RunAsync(machine.Guided(files), guide);

        Assert.Empty(report.Failures);
        Assert.NotEqual(old, machine.Current);
        machine.AssertCurrent(files);
        machine.AssertNothingUnfinished();
        Assert.Equal(new Uri(machine.Emulator.BaseUrl, "/#/settings/user"), guide.Page);
        Assert.Equal((true, ResetManner.Guided, report.After), (report.IsOldTokenRefused, report.Manner, guide.Seen));
        Assert.All(report.Destinations, destination => Assert.Equal(InjectOutcome.Written, destination.Result.Outcome));
        Assert.True(report.Outage!.AtLeastSeconds <= report.Outage.AtMostSeconds);
        Assert.Equal(0, machine.Resets);

        using var receipt = JsonDocument.Parse(Assert.Single(machine.Receipts()));
        JsonElement root = receipt.RootElement;
        Assert.Equal("guided", root.GetProperty("manner").GetString());
        Assert.Equal(report.Before!.Value.Value, root.GetProperty("fingerprintBefore").GetString());
        Assert.Equal(report.After!.Value.Value, root.GetProperty("fingerprintAfter").GetString());
        Assert.True(root.GetProperty("oldTokenRefused").GetBoolean());
        Assert.StartsWith("IBMid-", root.GetProperty("identity").GetProperty("iamId").GetString(), StringComparison.Ordinal);
        Assert.Equal(5, root.GetProperty("destinations").GetArrayLength());
        Assert.All(root.GetProperty("destinations").EnumerateArray(), destination => Assert.True(destination.GetProperty("milliseconds").GetDouble() >= 0));
        Assert.Contains(root.GetProperty("answers").EnumerateArray(), answer => answer.GetProperty("status").GetInt32() == 401);
        Assert.Equal("600", await Command.Stat("%a", Path.Combine(machine.State, ResetReceipt.LogName)));
    }

    [Fact]
    public async Task While_the_person_is_awaited_a_build_can_write_the_files()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(3);
        int free = 0;
        var guide = new Guide(machine)
        {
            Pointed = () =>
            {
                foreach (Destination file in files)
                {
                    // What the reset has let go, a child that another test is just starting may hold a moment longer.
                    using FileLock held = FileLock.Acquire(file.LockFile!, "it", TimeSpan.FromSeconds(5), CancellationToken.None).Value;
                    free++;
                }

                machine.Press();
            },
        };
        Assert.Empty((await machine.RunAsync(machine.Guided(files), guide)).Failures);
        Assert.Equal(3, free);
    }

    [Fact]
    public async Task An_interrupted_wait_leaves_everything_as_it_was()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(3);
        await machine.InjectAsync(files);
        using var cancellation = new CancellationTokenSource();
        var guide = new Guide(machine) { Pointed = () => { }, OnSame = _ => cancellation.Cancel() };
        ResetReport report = await machine.RunAsync(machine.Guided(files), guide, cancellation.Token);
        Assert.Equal(DiagnosticDescriptors.Cancelled, Assert.Single(report.Failures).Descriptor);
        machine.AssertCurrent(files);
        machine.AssertNothingUnfinished();
        Assert.Empty(machine.Receipts());
    }

    [Fact]
    public async Task A_wait_in_vain_ends_at_its_limit_and_changes_nothing()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        ResetPlan plan = machine.Guided(machine.Files(2));
        ResetReport report = await machine.RunAsync(plan with { Times = plan.Times with { Wait = TimeSpan.FromMilliseconds(200) } }, new Guide(machine) { Pointed = () => { } });
        Assert.Equal(DiagnosticDescriptors.ResetNotSeen, Assert.Single(report.Failures).Descriptor);
        Assert.Equal(ExitStatus.Unavailable, report.Exit);
        machine.AssertNothingUnfinished();
    }

    [Fact]
    public async Task Trouble_of_the_service_is_waited_out_and_its_wish_for_peace_is_heard()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        ResetPlan plan = machine.Guided(machine.Files(1));
        plan = plan with { Token = plan.Token with { Transport = plan.Token.Transport with { Deadline = TimeSpan.FromSeconds(3) } } };
        var guide = new Guide(machine)
        {
            Pointed = () => machine.Emulator.FailNext(1, 429, "/api/token", TimeSpan.FromSeconds(4)),
            OnSame = trouble =>
            {
                if (trouble is not null)
                {
                    machine.Press();
                }
            },
        };
        ResetReport report = await machine.RunAsync(plan, guide);
        Assert.Empty(report.Failures);
        Assert.Equal(DiagnosticDescriptors.RateLimited, Assert.Single(guide.Troubles).Descriptor);

        // One at first, one for the other team, the one that was refused, and the one four seconds later that saw the new token.
        Assert.Equal(4, machine.Emulator.Count("GET", "/api/token"));
    }

    [Fact]
    public async Task An_old_token_that_stays_alive_is_told_with_a_status_of_its_own()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync(options => options with { OldTokenLives = Timeout.InfiniteTimeSpan });
        Destination[] files = machine.Files(2);
        ResetPlan plan = machine.Guided(files);
        ResetReport report = await machine.RunAsync(plan with { Times = plan.Times with { Proof = TimeSpan.FromSeconds(3) } });
        Assert.Equal(DiagnosticDescriptors.OldTokenAccepted, Assert.Single(report.Failures).Descriptor);
        Assert.Equal((ExitStatus.OldTokenAccepted, false), (report.Exit, report.IsOldTokenRefused));
        Assert.Null(report.Outage);
        machine.AssertCurrent(files);
        machine.AssertNothingUnfinished();
        Assert.Single(machine.Receipts());
    }

    [Fact]
    public async Task An_old_token_that_outlives_the_last_destination_makes_no_outage()
    {
        var clock = new MovableClock();
        await using ResetMachine machine = await ResetMachine.StartAsync(options => options with { OldTokenLives = TimeSpan.FromMinutes(30), Clock = clock });
        Destination[] files = machine.Files(2);
        await machine.InjectAsync(files);
        var guide = new Guide(machine);
        Task<ResetReport> run = machine.RunAsync(machine.Guided(files), guide);
        await UntilAsync("every file is current", () => guide.Seen is not null && files.All(machine.IsCurrent));

        // A file is current a moment before it is done, but the ledger is written when all are. The first question that is answered from
        // then on may have been asked before; the second was not.
        await UntilAsync("the ledger names the new token", () => machine.InLedger == guide.Seen?.Value);
        int before = Accepted();
        await UntilAsync("the old token is accepted twice more", () => Accepted() >= before + 2);
        clock.Shift = TimeSpan.FromMinutes(31);
        ResetReport report = await run;
        Assert.Empty(report.Failures);
        Assert.Equal(new ResetOutage(0, 0), report.Outage);
        Assert.True(report.IsOldTokenRefused);

        int Accepted() => machine.Emulator.Requests.Count(request => request is { Method: "GET", Path: "/api/users/me", Status: 200 });

        Task UntilAsync(string wish, Func<bool> isFulfilled) => Wait.UntilAsync(wish, () =>
        {
            Assert.False(run.IsCompleted);
            return isFulfilled();
        });
    }

    [Fact]
    public async Task A_new_token_that_is_not_accepted_yet_is_written_when_it_is()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync(options => options with { NewTokenAfter = TimeSpan.FromSeconds(3) });
        Destination[] files = machine.Files(2);
        await machine.InjectAsync(files);
        ResetReport report = await machine.RunAsync(machine.Guided(files));
        Assert.Empty(report.Failures);
        machine.AssertCurrent(files);

        // The outage is the service's own, and it is counted.
        Assert.True(report.Outage!.AtLeastSeconds >= 0.5, report.Outage.ToString());
    }

    [Fact]
    public async Task A_new_token_that_is_never_accepted_is_written_nowhere_and_can_be_resumed()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(2);
        await machine.InjectAsync(files);
        string before = string.Concat(files.Select(file => File.ReadAllText(file.Location)));
        machine.Emulator.NewTokenAfter = TimeSpan.FromHours(1);
        ResetPlan plan = machine.Guided(files);
        ResetReport report = await machine.RunAsync(plan with { Times = plan.Times with { Proof = TimeSpan.FromMilliseconds(300) } });
        Assert.Equal(DiagnosticDescriptors.NewTokenRefused, Assert.Single(report.Failures).Descriptor);
        Assert.Equal(before, string.Concat(files.Select(file => File.ReadAllText(file.Location))));
        Assert.Equal(ResetStage.Converging, Assert.Single(ResetOperation.Unfinished(machine.Environment)).Record!.Stage);

        machine.Emulator.NewTokenAfter = TimeSpan.Zero;
        machine.Press();
        ResetReport resumed = await machine.ResumeAsync();
        Assert.Empty(resumed.Failures);
        machine.AssertCurrent(files);
        machine.AssertNothingUnfinished();
    }

    [Fact]
    public async Task Whoever_interrupts_it_when_the_token_has_changed_is_told_that_it_is_not_finished()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(2);
        machine.Emulator.NewTokenAfter = TimeSpan.FromHours(1);
        using var cancellation = new CancellationTokenSource();
        ResetReport report = await machine.RunAsync(machine.Guided(files), new Guide(machine) { OnNoticed = cancellation.Cancel }, cancellation.Token);
        Assert.Equal(DiagnosticDescriptors.Cancelled, Assert.Single(report.Failures).Descriptor);
        Assert.Equal(DiagnosticDescriptors.ResetUnfinished, Assert.Single(report.Warnings).Descriptor);
        Assert.Contains(report.After!.Value.Value, Assert.Single(machine.Receipts()), StringComparison.Ordinal);

        machine.Emulator.NewTokenAfter = TimeSpan.Zero;
        machine.Press();
        Assert.Empty((await machine.ResumeAsync()).Failures);
        machine.AssertCurrent(files);
    }

    [Fact]
    public async Task A_token_of_another_team_is_written_nowhere()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(2);
        await machine.InjectAsync(files);
        string before = string.Concat(files.Select(file => File.ReadAllText(file.Location)));
        var guide = new Guide(machine) { Pointed = () => machine.Emulator.TeamHeader = HonouredTeamHeader.None };
        ResetReport report = await machine.RunAsync(machine.Guided(files), guide);
        Assert.Equal(DiagnosticDescriptors.WrongTeam, Assert.Single(report.Failures).Descriptor);
        Assert.Equal(before, string.Concat(files.Select(file => File.ReadAllText(file.Location))));
    }

    [Fact]
    public async Task An_IAM_token_that_ends_while_the_person_is_awaited_is_renewed()
    {
        var clock = new MovableClock();
        await using ResetMachine machine = await ResetMachine.StartAsync(options => options with { Clock = clock });
        Destination[] files = machine.Files(1);
        var guide = new Guide(machine)
        {
            Pointed = () => { },
            OnSame = _ =>
            {
                if (clock.Shift == TimeSpan.Zero)
                {
                    clock.Shift = TimeSpan.FromHours(2);
                }
                else if (machine.Emulator.Count("POST", "/identity/token") == 2)
                {
                    machine.Press();
                }
            },
        };
        Assert.Empty((await machine.RunAsync(machine.Guided(files), guide)).Failures);
        Assert.Equal(2, machine.Emulator.Count("POST", "/identity/token"));
        machine.AssertCurrent(files);
    }
}
