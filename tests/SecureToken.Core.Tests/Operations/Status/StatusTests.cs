using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Forget;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Status;
using SecureToken.Emulator;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Status;

/// <summary>What a status says of each copy, and that it says no more than it knows.</summary>
public sealed class StatusTests : IDisposable
{
    private readonly TemporaryDirectory _disk = new("status");

    public void Dispose() => _disk.Dispose();

    [Fact]
    public async Task A_copy_is_current_stale_missing_or_unreadable_and_a_stale_one_says_since_when()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("stale.env");
        DateTimeOffset known = machine.Record().VerifiedAt!.Value;
        machine.Service.Emulator.ResetToken(42);
        await machine.InjectAsync("current.env");
        _disk.Write("missing.env", "OTHER=1\n");
        _disk.Create("unreadable.env");
        TokenStatus status = await machine.StatusAsync("current.env", "stale.env", "missing.env", "nowhere.env", "unreadable.env");
        Assert.Equal([CopyState.Current, CopyState.Stale, CopyState.Missing, CopyState.Missing, CopyState.Unreadable], status.Copies.Select(copy => copy.State));
        Assert.Equal(ExitStatus.Drift, status.Exit);
        Assert.Equal(Comparison.Service, status.Comparison);
        Assert.Equal(status.Fingerprint, status.Copies[0].Fingerprint);
        Assert.True(status.Copies[1].KnownAt >= known);
        Assert.NotEqual(status.Fingerprint, status.Copies[1].Fingerprint);
        Assert.Equal(DiagnosticDescriptors.NotARegularFile, status.Copies[4].Failure!.Descriptor);
    }

    [Fact]
    public async Task All_current_is_done_and_one_that_cannot_be_read_is_a_matter_of_files()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("a.env");
        Assert.Equal(ExitStatus.Done, (await machine.StatusAsync("a.env")).Exit);
        _disk.Create("b.env");
        Assert.Equal(ExitStatus.LocalFile, (await machine.StatusAsync("a.env", "b.env")).Exit);
    }

    [Theory]
    [InlineData("A=one-token\nB=other-token\n", CopyState.Stale)]
    [InlineData("A=changeme\nB=changeme\n", CopyState.Stale)]
    [InlineData("B=\n", CopyState.Stale)]
    [InlineData("C=some-token\n", CopyState.Missing)]
    public async Task Something_else_than_a_token_is_not_called_missing(string content, CopyState expected)
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        _disk.Write("a.env", content);
        TokenStatus status = await machine.StatusAsync(isOffline: false, machine.Dotenv("a.env", "A", "B"));
        Assert.Equal(expected, Assert.Single(status.Copies).State);
        Assert.Equal(ExitStatus.Drift, status.Exit);
    }

    [Fact]
    public async Task A_copy_that_programs_reload_is_named_apart_and_the_ledger_remembers_it()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        Destination[] both = [machine.Dotenv("a.env", "TOKEN"), machine.Dotenv("b.env", "TOKEN")];
        both[0].DeclaredReloads = true;
        await InjectOperation.RunAsync(machine.Plan("payments", both), TestContext.Current.CancellationToken);
        Assert.Equal([true, false], (await machine.StatusAsync(isOffline: false, both)).Copies.Select(copy => copy.Reloads));
        Assert.Equal([true, false], (await machine.StatusOfAllAsync()).Tokens.Single().Copies.Select(copy => copy.Reloads));
    }

    [Fact]
    public async Task Nothing_is_written()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("a.env");
        machine.Service.Emulator.ResetToken(42);
        string before = Snapshot();
        await machine.StatusAsync("a.env", "b.env");
        await machine.StatusAsync(isOffline: true, "a.env", "b.env");
        await machine.StatusOfAllAsync();
        Assert.Equal(before, Snapshot());
    }

    [Fact]
    public async Task Offline_only_the_ledger_is_asked()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("a.env");
        await machine.InjectAsync("b.env");
        await File.WriteAllTextAsync(_disk["b.env"], "TOKEN=another-token\n", TestContext.Current.CancellationToken);
        machine.Service.Emulator.ResetToken(42);
        machine.Service.Emulator.ClearRequests();
        machine.Service.Environment.Remove("SECTOKEN_API_KEY");
        TokenStatus status = await machine.StatusAsync(isOffline: true, "a.env", "b.env", "c.env");
        Assert.Empty(machine.Service.Emulator.Requests);
        Assert.Equal(Comparison.Ledger, status.Comparison);
        Assert.Equal([CopyState.Current, CopyState.Stale, CopyState.Missing], status.Copies.Select(copy => copy.State));
        Assert.Equal(ExitStatus.Drift, status.Exit);
        Assert.Null(status.Copies[1].KnownAt);
    }

    [Fact]
    public async Task Offline_and_without_a_ledger_nothing_is_known()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        _disk.Write("a.env", "TOKEN=some-token\n");
        TokenStatus status = await machine.StatusAsync(isOffline: true, "a.env", "b.env");
        Assert.Equal(DiagnosticDescriptors.TokenNotInLedger, status.Failure!.Descriptor);
        Assert.Equal([CopyState.Unknown, CopyState.Missing], status.Copies.Select(copy => copy.State));
    }

    [Fact]
    public async Task When_the_service_cannot_be_asked_the_copies_are_compared_with_the_ledger()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("a.env");
        machine.Service.Emulator.FailNext(9, 501, "/api/token");
        TokenStatus status = await machine.StatusAsync("a.env", "b.env");
        Assert.Equal(ExitStatus.Unavailable, status.Exit);
        Assert.Equal(Comparison.Ledger, status.Comparison);
        Assert.Equal([CopyState.Current, CopyState.Missing], status.Copies.Select(copy => copy.State));
        machine.Service.Environment.Remove("SECTOKEN_API_KEY");
        Assert.Equal(ExitStatus.NotAuthenticated, (await machine.StatusAsync("a.env")).Exit);
    }

    [Fact]
    public async Task What_cannot_be_read_back_is_known_by_the_ledger_and_what_ends_with_its_job_is_left_out()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        FakeDestination sent = new("vault");
        Destination[] all = [sent, new FakeDestination("gh"), new FakeDestination("pipeline", isLasting: false)];
        await InjectOperation.RunAsync(machine.Plan("payments", sent), TestContext.Current.CancellationToken);
        TokenStatus status = await machine.StatusAsync(isOffline: false, all);
        Assert.Equal([CopyState.Sent, CopyState.Unknown, CopyState.JobScoped], status.Copies.Select(copy => copy.State));
        Assert.Equal(ExitStatus.Drift, status.Exit);

        machine.Service.Emulator.ResetToken(42);
        status = await machine.StatusAsync(isOffline: false, all);
        Assert.Equal([CopyState.Stale, CopyState.Unknown, CopyState.JobScoped], status.Copies.Select(copy => copy.State));
        Assert.NotNull(status.Copies[0].KnownAt);
        Assert.Equal(ExitStatus.Done, (await machine.StatusAsync(isOffline: false, all[2])).Exit);
        Assert.Equal([CopyState.Stale], (await machine.StatusOfAllAsync()).Tokens[0].Copies.Select(copy => copy.State));
    }

    [Fact]
    public async Task Several_teams_are_asked_once_each_and_IAM_once()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("a.env", "payments");
        await machine.InjectAsync("b.env", "30785");
        machine.Service.Emulator.ResetToken(30785);
        machine.Service.Emulator.ClearRequests();
        StatusRun run = await StatusOperation.RunAsync(
            [machine.Plan("payments", machine.Dotenv("a.env", "TOKEN")), machine.Plan("30785", machine.Dotenv("b.env", "TOKEN"))], isOffline: false, TestContext.Current.CancellationToken);
        Assert.Equal([CopyState.Current, CopyState.Stale], run.Tokens.Select(token => Assert.Single(token.Copies).State));
        Assert.Equal(ExitStatus.Drift, run.Exit);
        Assert.Equal(2, machine.Service.Emulator.Count("GET", "/api/token"));
        Assert.Equal(1, machine.Service.Emulator.Count("POST", "/identity/token"));
    }

    [Fact]
    public async Task The_copies_of_another_identity_are_not_called_stale_without_a_word()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("a.env");
        var other = new TokenIdentity("IBMid-OTHER", IdentityKind.User, "bob");
        machine.Rewrite(record => record with { Identity = other, Places = [.. record.Places.Select(place => place with { Identity = other })] });
        Assert.Empty((await machine.StatusAsync("a.env")).Warnings);
        machine.Service.Emulator.ResetToken(42);
        Assert.Equal(DiagnosticDescriptors.OtherCredential, Assert.Single((await machine.StatusAsync("a.env")).Warnings).Descriptor);
    }

    [Fact]
    public async Task An_instance_that_is_given_by_its_name_has_the_memory_of_its_id()
    {
        string id = Guid.NewGuid().ToString("D");
        await using Machine machine = await Machine.StartAsync(_disk, options => options with { InstanceId = id, Instances = [new EmulatorInstance("wp-prod", id)] });
        InjectPlan plan = machine.Plan("payments", machine.Dotenv("a.env", "TOKEN"));
        InjectPlan named = plan with { Settings = plan.Settings with { Instance = InstanceSelector.Parse("wp-prod").Value, ResourceController = plan.Settings.Endpoint } };
        await InjectOperation.RunAsync(named, TestContext.Current.CancellationToken);
        machine.Service.Emulator.ResetToken(42);
        TokenStatus status = Assert.Single((await StatusOperation.RunAsync([named], isOffline: false, TestContext.Current.CancellationToken)).Tokens);
        Assert.Equal((CopyState.Stale, id), (Assert.Single(status.Copies).State, status.Scope!.Instance.Id));
        Assert.NotNull(status.Copies[0].KnownAt);
        status = Assert.Single((await StatusOperation.RunAsync([named], isOffline: true, TestContext.Current.CancellationToken)).Tokens);
        Assert.Equal(DiagnosticDescriptors.TokenNotInLedger, status.Failure!.Descriptor);
        ForgetOperation forget = await ForgetOperation.LookAsync([named], isForced: false, TestContext.Current.CancellationToken);
        Assert.Equal(ForgetOutcome.Due, Assert.Single(forget.Lines).Outcome);
    }

    private string Snapshot() => string.Join('\n', Directory.EnumerateFiles(_disk.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(path => $"{path} {File.GetLastWriteTimeUtc(path):O} {Convert.ToHexString(File.ReadAllBytes(path))}"));
}
