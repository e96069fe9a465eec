using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Status;
using SecureToken.Core.State;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Status;

/// <summary>All copies that this machine knows.</summary>
public sealed class StatusOfAllTests : IDisposable
{
    private readonly TemporaryDirectory _disk = new("status");

    public void Dispose() => _disk.Dispose();

    [Fact]
    public async Task Copies_of_all_repositories_and_teams_are_seen_and_each_team_is_asked_once()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("one/a.env", "payments");
        await machine.InjectAsync("two/b.env", "42");
        await machine.InjectAsync("three/c.env", "30785");
        machine.Service.Emulator.ClearRequests();
        StatusRun run = await machine.StatusOfAllAsync();
        Assert.Equal(ExitStatus.Done, run.Exit);
        Assert.Equal([[CopyState.Current], [CopyState.Current, CopyState.Current]], run.Tokens.Select(token => token.Copies.Select(copy => copy.State)));
        Assert.Equal(2, machine.Service.Emulator.Count("GET", "/api/token"));
        Assert.Equal(1, machine.Service.Emulator.Count("POST", "/identity/token"));

        machine.Service.Emulator.ResetToken(42);
        await machine.InjectAsync("one/a.env", "payments");
        run = await machine.StatusOfAllAsync();
        Assert.Equal(ExitStatus.Drift, run.Exit);
        Assert.Equal(_disk["two", "b.env"], Assert.Single(run.Tokens.SelectMany(token => token.Copies), copy => copy.State == CopyState.Stale).Location);
    }

    [Fact]
    public async Task A_copy_that_was_removed_is_no_drift_and_one_on_a_missing_disk_is_judged_by_the_ledger()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("here/a.env");
        await machine.InjectAsync("here/b.env");
        await machine.InjectAsync("usb/c.env");
        _disk.Write("here/other", string.Empty);
        File.Delete(_disk["here", "a.env"]);
        await File.WriteAllTextAsync(_disk["here", "b.env"], "OTHER=1\n", TestContext.Current.CancellationToken);
        Directory.Delete(_disk["usb"], recursive: true);
        StatusRun run = await machine.StatusOfAllAsync();
        Assert.Equal([CopyState.Gone, CopyState.Gone, CopyState.Away], Assert.Single(run.Tokens).Copies.Select(copy => copy.State));
        Assert.Equal(ExitStatus.Done, run.Exit);

        machine.Service.Emulator.ResetToken(42);
        run = await machine.StatusOfAllAsync();
        Assert.Equal([CopyState.Gone, CopyState.Gone, CopyState.Stale], Assert.Single(run.Tokens).Copies.Select(copy => copy.State));
        Assert.Equal(ExitStatus.Drift, run.Exit);
    }

    [Fact]
    public async Task A_place_that_another_team_took_over_is_that_team_s()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("a.env", "payments");
        await machine.InjectAsync("a.env", "30785");
        TokenStatus token = Assert.Single((await machine.StatusOfAllAsync()).Tokens);
        Assert.Equal(30785, token.Scope!.Team.Id);
        Assert.Equal(CopyState.Current, Assert.Single(token.Copies).State);

        await machine.InjectAsync("a.env", "payments");
        token = Assert.Single((await machine.StatusOfAllAsync()).Tokens);
        Assert.Equal(42, token.Scope!.Team.Id);
        machine.Service.Emulator.ResetToken(42);
        token = Assert.Single((await machine.StatusOfAllAsync()).Tokens);
        Assert.Equal(42, token.Scope!.Team.Id);
        Assert.Equal(CopyState.Stale, Assert.Single(token.Copies).State);
    }

    [Fact]
    public async Task What_nobody_can_read_back_is_that_team_s_which_was_sent_last()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        FakeDestination vault = new("vault");
        foreach (string team in (string[])["payments", "30785", "payments"])
        {
            await InjectOperation.RunAsync(machine.Plan(team, vault) with { IsForced = true }, TestContext.Current.CancellationToken);
            TokenStatus token = Assert.Single((await machine.StatusOfAllAsync()).Tokens);
            Assert.Equal(team == "payments" ? 42 : 30785, token.Scope!.Team.Id);
            Assert.Equal(CopyState.Sent, Assert.Single(token.Copies).State);
        }
    }

    [Fact]
    public async Task A_host_that_only_a_ledger_names_gets_no_credential()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("a.env");
        machine.Service.Emulator.ClearRequests();
        StatusRun run = await machine.StatusOfAllAsync(namesEndpoint: false);
        Assert.Empty(machine.Service.Emulator.Requests);
        TokenStatus token = Assert.Single(run.Tokens);
        Assert.Equal(DiagnosticDescriptors.HostNotTrusted, token.Failure!.Descriptor);
        Assert.Equal((Comparison.Ledger, CopyState.Current), (token.Comparison, Assert.Single(token.Copies).State));
        machine.Service.Environment["SECTOKEN_TRUST_HOST"] = "127.0.0.1";
        Assert.Equal(ExitStatus.NotAuthenticated, (await machine.StatusOfAllAsync(namesEndpoint: false, apiKey: null)).Exit);
    }

    [Fact]
    public async Task When_no_copy_is_left_nobody_is_asked()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("a.env");
        File.Delete(_disk["a.env"]);
        machine.Service.Emulator.ClearRequests();
        StatusRun run = await machine.StatusOfAllAsync();
        Assert.Equal(ExitStatus.Done, run.Exit);
        Assert.Empty(machine.Service.Emulator.Requests);
        Assert.Equal(CopyState.Gone, Assert.Single(Assert.Single(run.Tokens).Copies).State);
    }

    [Fact]
    public async Task A_ledger_that_is_not_whole_is_told_and_never_taken_for_good_news()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("a.env");
        await File.AppendAllTextAsync(machine.Ledger, "x", TestContext.Current.CancellationToken);
        StatusRun run = await machine.StatusOfAllAsync();
        Assert.Equal(CopyState.Current, Assert.Single(Assert.Single(run.Tokens).Copies).State);
        Assert.Equal(ExitStatus.LocalFile, run.Exit);
        await File.WriteAllTextAsync(machine.Ledger, "{", TestContext.Current.CancellationToken);
        run = await machine.StatusOfAllAsync();
        Assert.Empty(run.Tokens);
        Assert.Equal(ExitStatus.LocalFile, run.Exit);
    }

    [Fact]
    public async Task A_forged_place_is_looked_at_and_nothing_more()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("a.env");
        machine.Rewrite(record => record with
        {
            Places =
            [
                .. record.Places,
                new LedgerPlace("dotenv", "/etc/passwd", "root", record.Fingerprint!, DateTimeOffset.MaxValue),
                new LedgerPlace("dotenv", "/etc/shadow\u001b[2J", "root", record.Fingerprint!, DateTimeOffset.MinValue),
                new LedgerPlace("user-secrets", string.Empty, "\u0000", "\u0007", DateTimeOffset.MaxValue),
                new LedgerPlace("\u001b", "\u001b", string.Empty, string.Empty, DateTimeOffset.MaxValue),
            ],
        });
        TokenStatus token = Assert.Single((await machine.StatusOfAllAsync()).Tokens);
        Assert.Equal(CopyState.Current, Assert.Single(token.Copies, copy => copy.Location == _disk["a.env"]).State);
        Assert.DoesNotContain(token.Copies, copy => copy.State is CopyState.Current && copy.Location != _disk["a.env"]);
    }

    [Fact]
    public async Task Ten_thousand_places_are_compared()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("a.env");
        machine.Rewrite(record => record with
        {
            Places = [.. record.Places, .. Enumerable.Range(0, 10_000).Select(i => new LedgerPlace("dotenv", _disk[$"{i}.env"], "TOKEN", record.Fingerprint!, DateTimeOffset.UnixEpoch))],
        });
        TokenStatus token = Assert.Single((await machine.StatusOfAllAsync()).Tokens);
        Assert.Equal(10_000, token.Copies.Count(copy => copy.State == CopyState.Gone));
        await machine.InjectAsync("b.env");
        Assert.Equal(2, machine.Record().Places.Count);
    }
}
