using System.Text.Json;
using SecureToken.Core.Destinations;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Reset;
using SecureToken.Core.State;
using SecureToken.Core.Tests.Operations.Reset;
using Xunit;

namespace SecureToken.Core.Tests.State;

/// <summary>
/// State that an earlier program has left, from before it knew identities. The files in <c>Version1</c> were written by that program; only
/// endpoint, instance, directory and fingerprint are filled in.
/// </summary>
public sealed class Version1Tests
{
    [Fact]
    public async Task A_ledger_is_read_and_the_identity_is_unknown()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Write(machine, "ledger.json", LedgerOf(machine), "4d41abaf8322");
        KeptLedger kept = Assert.Single(Ledgers.All(machine.Environment).Value);
        Assert.Null(kept.Fault);
        LedgerRecord record = kept.Record;
        Assert.Equal(("payments", 42, "payments", "4d41abaf8322", "ab637ed27b29"), (record.Team, record.TeamId, record.TeamName, record.Fingerprint, record.Credential));
        Assert.Equal(DateTimeOffset.Parse("2026-11-30T01:45:32.551196+00:00", null), record.VerifiedAt);
        Assert.Equal(DateTimeOffset.Parse("2026-11-30T01:45:32.5626113+00:00", null), record.ProvenAt);
        Assert.Null(record.Identity);
        Assert.Equal(["user-secrets", "dotenv", "json"], record.Places.Select(place => place.Kind));
        Assert.All(record.Places, place =>
        {
            Assert.Null(place.Identity);
            Assert.Equal("4d41abaf8322", place.Fingerprint);
            Assert.StartsWith(machine.At(string.Empty), place.Location, StringComparison.Ordinal);
        });
    }

    /// <summary>Nobody knows whose the copies are, so nobody is warned, and a strict run goes on.</summary>
    [Fact]
    public async Task The_next_injection_writes_the_ledger_with_the_identity()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Write(machine, "ledger.json", LedgerOf(machine), "4d41abaf8322");
        Destination[] files = [machine.Builder().UserSecrets("api").Value, machine.Builder().Dotenv(machine.At("api.env")).Value, machine.Builder().Json(machine.At("app.json")).Value];
        InjectReport report = await InjectOperation.RunAsync(machine.Plan(files) with { IsIdentityStrict = true }, TestContext.Current.CancellationToken);
        Assert.Null(report.Failure);
        Assert.All(report.Destinations, line => Assert.Empty(line.Warnings));
        LedgerRecord record = Assert.Single(Ledgers.All(machine.Environment).Value).Record;
        Assert.Equal(report.Identity, record.Identity);
        Assert.NotNull(record.Identity);
        Assert.Equal(3, record.Places.Count);
        Assert.All(record.Places, place => Assert.Equal((record.Identity, report.Fingerprint!.Value.Value), (place.Identity, place.Fingerprint)));
    }

    [Fact]
    public async Task A_journal_is_resumed()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        string before = Fingerprint(machine);
        Write(machine, "journal.json", JournalOf(machine), before);
        UnfinishedReset unfinished = Assert.Single(ResetOperation.Unfinished(machine.Environment));
        Assert.Equal((ResetStage.Waiting, "payments", 42, 3), (unfinished.Record!.Stage, unfinished.Record.TeamName, unfinished.Record.TeamId, unfinished.Record.Places.Count));
        machine.Press();
        ResetReport report = await machine.ResumeAsync();
        Assert.Empty(report.Failures);
        Assert.Equal((before, Fingerprint(machine)), (report.Before!.Value.Value, report.After!.Value.Value));
        machine.AssertCurrent([machine.Builder().Dotenv(machine.At("api.env")).Value]);
        machine.AssertNothingUnfinished();
    }

    [Fact]
    public async Task Receipts_stay_as_they_are_and_the_next_one_follows()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Write(machine, "resets.jsonl", Path.Combine(machine.State, ResetReceipt.LogName), "4d41abaf8322");
        string old = Assert.Single(machine.Receipts());
        Assert.Empty((await machine.RunAsync(machine.Guided(machine.Files(1)))).Failures);
        Assert.Equal(2, machine.Receipts().Length);
        Assert.Equal(old, machine.Receipts()[0]);
        Assert.Equal([1, 2], machine.Receipts().Select(line => JsonDocument.Parse(line).RootElement.GetProperty("schemaVersion").GetInt32()));
    }

    private static string LedgerOf(ResetMachine machine)
    {
        InjectPlan plan = machine.Plan();
        return Ledger.PathOf(plan.Settings.Endpoint.ToString(), plan.Settings.Instance.Known!.Id, plan.Settings.Team.ToString(), machine.Environment).Value;
    }

    /// <summary>The name is what the program of today looks for, so that it is found where the earlier one has put it.</summary>
    private static string JournalOf(ResetMachine machine)
    {
        InjectPlan plan = machine.Plan();
        byte[] hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{plan.Settings.Endpoint}\n{plan.Settings.Instance.Known!.Id}\n{ResetMachine.TeamId}"));
        return Path.Combine(machine.State, "resets", Convert.ToHexStringLower(hash[..12]) + ".json");
    }

    private static string Fingerprint(ResetMachine machine)
    {
        InjectPlan plan = machine.Plan();
        return new TokenScope(plan.Settings.Endpoint, plan.Settings.Instance.Known!, new Team(ResetMachine.TeamId, "payments"))
            .FingerprintOf(System.Text.Encoding.UTF8.GetBytes(machine.Current)).Value;
    }

    private static void Write(ResetMachine machine, string file, string path, string fingerprint)
    {
        InjectPlan plan = machine.Plan();
        string text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "State", "Version1", file))
            .Replace("{endpoint}", plan.Settings.Endpoint.ToString(), StringComparison.Ordinal)
            .Replace("{instance}", plan.Settings.Instance.Known!.Id, StringComparison.Ordinal)
            .Replace("{home}", machine.At(string.Empty).TrimEnd('/'), StringComparison.Ordinal)
            .Replace("{fingerprint}", fingerprint, StringComparison.Ordinal);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
