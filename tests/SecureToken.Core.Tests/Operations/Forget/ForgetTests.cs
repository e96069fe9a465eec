using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Forget;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Settings;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Forget;

/// <summary>Copies of ours are taken out, and nothing else.</summary>
public sealed class ForgetTests : IDisposable
{
    private readonly TemporaryDirectory _disk = new("forget");

    public void Dispose() => _disk.Dispose();

    [Fact]
    public async Task Copies_are_taken_out_of_the_files_and_the_ledger_and_every_other_byte_stays()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        _disk.Write("a.env", "# mine\nOTHER=1\n");
        _disk.Write("b.json", "{\n  // mine\n  \"Other\": 1\n}\n");
        Destination[] places = [machine.Dotenv("a.env", "TOKEN"), machine.Dotenv("only.env", "TOKEN"), Json(machine, "b.json"), machine.Dotenv("c.env", "TOKEN")];
        await InjectOperation.RunAsync(machine.Plan("payments", places), TestContext.Current.CancellationToken);
        File.Delete(_disk["c.env"]);
        machine.Service.Emulator.ClearRequests();

        ForgetReport report = await ForgetAsync(machine, places);
        Assert.Equal([ForgetOutcome.Removed, ForgetOutcome.Removed, ForgetOutcome.Removed, ForgetOutcome.Missing], report.Lines.Select(line => line.Outcome));
        Assert.Equal(ExitStatus.Done, report.Exit);
        Assert.Equal("# mine\nOTHER=1\n", File.ReadAllText(_disk["a.env"]));
        Assert.Equal("{\n  // mine\n  \"Other\": 1\n}\n", File.ReadAllText(_disk["b.json"]));
        Assert.Equal(string.Empty, File.ReadAllText(_disk["only.env"]));
        Assert.Equal([false, true, false, false], report.Lines.Select(line => line.LeavesEmptyFile));
        Assert.False(File.Exists(_disk["c.env"]));
        Assert.Empty(machine.Remembered());
        Assert.Empty(machine.Service.Emulator.Requests);
    }

    [Fact]
    public async Task Before_somebody_says_yes_nothing_is_removed()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("a.env");
        string before = File.ReadAllText(_disk["a.env"]);
        ForgetOperation forget = await ForgetOperation.LookAsync([machine.Plan("payments", machine.Dotenv("a.env", "TOKEN"))], isForced: false, TestContext.Current.CancellationToken);
        Assert.Equal(ForgetOutcome.Due, Assert.Single(forget.Lines).Outcome);
        Assert.Equal(before, File.ReadAllText(_disk["a.env"]));
        Assert.Single(machine.Remembered());
    }

    [Fact]
    public async Task A_stale_copy_that_the_ledger_knows_is_ours_and_so_is_the_current_token_that_it_does_not_know()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("stale.env");
        machine.Service.Emulator.ResetToken(42);
        await machine.InjectAsync("x.env");
        Directory.Delete(_disk["state"], recursive: true);
        _disk.Write("copied.env", File.ReadAllText(_disk["x.env"]));
        ForgetReport report = await ForgetAsync(machine, machine.Dotenv("stale.env", "TOKEN"), machine.Dotenv("copied.env", "TOKEN"));
        Assert.Equal([ForgetOutcome.Kept, ForgetOutcome.Removed], report.Lines.Select(line => line.Outcome));
        Assert.Equal(ExitStatus.Partial, report.Exit);

        await machine.InjectAsync("y.env");
        machine.Service.Emulator.ResetToken(42);
        await machine.InjectAsync("x.env");
        machine.Service.Emulator.ClearRequests();
        Assert.Equal(ForgetOutcome.Removed, Assert.Single((await ForgetAsync(machine, machine.Dotenv("y.env", "TOKEN"))).Lines).Outcome);
        Assert.Empty(machine.Service.Emulator.Requests);
    }

    [Theory]
    [InlineData("TOKEN=another-token\n")]
    [InlineData("TOKEN=changeme\n")]
    [InlineData("TOKEN=''\n")]
    [InlineData("TOKEN=one-token\nSECOND=other-token\n")]
    [InlineData("SECOND=other-token\n")]
    public async Task A_value_that_nobody_knows_stays_unless_it_is_forced(string content)
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("x.env");
        _disk.Write("a.env", content);
        Destination place = machine.Dotenv("a.env", "TOKEN", "SECOND");
        ForgetReport report = await ForgetAsync(machine, place);
        ForgetLine line = Assert.Single(report.Lines);
        Assert.Equal((ForgetOutcome.Kept, DiagnosticDescriptors.CopyNotOurs), (line.Outcome, line.Reason!.Descriptor));
        Assert.Equal(content, File.ReadAllText(_disk["a.env"]));

        ForgetOperation forced = await ForgetOperation.LookAsync([machine.Plan("payments", place)], isForced: true, TestContext.Current.CancellationToken);
        Assert.Equal(ExitStatus.Done, forced.Run(TestContext.Current.CancellationToken).Exit);
        Assert.Equal(string.Empty, File.ReadAllText(_disk["a.env"]));
    }

    [Fact]
    public async Task When_nobody_can_say_whether_it_is_ours_it_stays()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        machine.Service.Environment.Remove("SECTOKEN_API_KEY");
        _disk.Write("a.env", "TOKEN=another-token\n");
        ForgetLine line = Assert.Single((await ForgetAsync(machine, machine.Dotenv("a.env", "TOKEN"))).Lines);
        Assert.Equal(ForgetOutcome.Kept, line.Outcome);
        Assert.Contains(DiagnosticDescriptors.CredentialMissing.Code, line.Reason!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_file_stays_and_is_no_failure_and_what_cannot_be_read_is_one()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        _disk.Create("directory.env");
        ForgetReport report = await ForgetAsync(machine, new FakeDestination("gh"), new FakeDestination("pipeline", isLasting: false));
        Assert.All(report.Lines, line => Assert.Equal((ForgetOutcome.Kept, DiagnosticDescriptors.CopyNotLocal), (line.Outcome, line.Reason!.Descriptor)));
        Assert.Equal(ExitStatus.Done, report.Exit);
        report = await ForgetAsync(machine, machine.Dotenv("directory.env", "TOKEN"));
        Assert.Equal(ExitStatus.LocalFile, report.Exit);
    }

    [Fact]
    public async Task A_place_is_forgotten_in_every_ledger_that_knows_it()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("a.env", "payments");
        await machine.InjectAsync("a.env", "42");
        await machine.InjectAsync("a.env", "30785");
        await machine.InjectAsync("b.env", "30785");
        ForgetOperation forget = await ForgetOperation.LookAsync([machine.Plan("30785", machine.Dotenv("a.env", "TOKEN"))], isForced: false, TestContext.Current.CancellationToken);
        Assert.Equal(ExitStatus.Done, forget.Run(TestContext.Current.CancellationToken).Exit);
        Assert.Equal([_disk["b.env"]], machine.Remembered());
    }

    private static Destination Json(Machine machine, string path) => machine.Builder(ConfigurationKey.Default).Json(path).Value;

    private static async Task<ForgetReport> ForgetAsync(Machine machine, params Destination[] places) =>
        (await ForgetOperation.LookAsync([machine.Plan("payments", places)], isForced: false, TestContext.Current.CancellationToken)).Run(TestContext.Current.CancellationToken);
}
