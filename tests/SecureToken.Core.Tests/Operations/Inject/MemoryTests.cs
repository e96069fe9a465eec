using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.State;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Inject;

/// <summary>What this machine remembers of the copies that it made.</summary>
public sealed class MemoryTests : IDisposable
{
    private readonly TemporaryDirectory _disk = new("memory");

    public void Dispose() => _disk.Dispose();

    [Fact]
    public async Task A_copy_that_was_removed_is_forgotten_and_one_on_a_disk_that_is_not_there_is_not()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        string usb = _disk.Create("usb");
        string mount = _disk.Create("mount");
        foreach (string path in (string[])["here/a.env", "usb/b.env", "mount/c.env"])
        {
            await machine.InjectAsync(path);
        }

        _disk.Write("here/other", string.Empty);
        File.Delete(_disk["here", "a.env"]);
        Directory.Delete(usb, recursive: true);
        File.Delete(_disk["mount", "c.env"]);
        await machine.InjectAsync("d.env");
        Assert.Equal([Path.Combine(mount, "c.env"), Path.Combine(usb, "b.env"), _disk["d.env"]], machine.Remembered().Order(StringComparer.Ordinal).OrderBy(path => path == _disk["d.env"]));
    }

    [Fact]
    public async Task A_ledger_that_is_cut_off_or_of_another_version_loses_no_copy()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("a.env");
        await machine.InjectAsync("b.env");
        string whole = await File.ReadAllTextAsync(machine.Ledger, TestContext.Current.CancellationToken);
        foreach (string damaged in (string[])[whole.TrimEnd('}', '\n', ' '), whole.Replace("\"version\": 1", "\"version\": 7", StringComparison.Ordinal), whole + "x"])
        {
            await File.WriteAllTextAsync(machine.Ledger, damaged, TestContext.Current.CancellationToken);
            await machine.InjectAsync("c.env");
            Assert.Equal([_disk["a.env"], _disk["b.env"], _disk["c.env"]], machine.Remembered().Order(StringComparer.Ordinal));
            Assert.Null(Assert.Single(Ledgers.All(machine.Environment).Value).Fault);
        }
    }

    [Fact]
    public async Task A_copy_that_was_written_again_was_written_now_and_one_that_was_not_was_not()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("a.env");
        DateTimeOffset first = Assert.Single(machine.Find().Tokens).Copies[0].Place.WrittenAt;
        await machine.InjectAsync("a.env");
        Assert.Equal(first, Assert.Single(machine.Find().Tokens).Copies[0].Place.WrittenAt);
        await File.WriteAllTextAsync(_disk["a.env"], string.Empty, TestContext.Current.CancellationToken);
        await machine.InjectAsync("a.env");
        Assert.True(Assert.Single(machine.Find().Tokens).Copies[0].Place.WrittenAt > first);
    }

    [Fact]
    public async Task A_team_that_is_named_by_its_id_and_by_its_name_has_one_memory()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("a.env", "payments");
        await machine.InjectAsync("b.env", "42");
        LedgerQueries known = machine.Find();
        KnownToken token = Assert.Single(known.Tokens);
        Assert.Equal(2, token.Copies.Count);
        Assert.Equal(new Team(42, "payments"), token.Scope.Team);
        Assert.Same(token, known.Of(token.Scope.Endpoint, new InstanceSelector(token.Scope.Instance), new TeamSelector(42, null)));
        Assert.Same(token, known.Of(token.Scope.Endpoint, new InstanceSelector(token.Scope.Instance), new TeamSelector(null, "payments")));
        Assert.Null(known.Of(token.Scope.Endpoint, new InstanceSelector(token.Scope.Instance), new TeamSelector(null, "other")));
    }

    [Fact]
    public async Task A_copy_is_proven_only_when_it_holds_the_token_that_the_ledger_says()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        foreach (string path in (string[])["a.env", "b.env", "c.env", "d.env"])
        {
            await machine.InjectAsync(path);
        }

        string copy = await File.ReadAllTextAsync(_disk["a.env"], TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_disk["b.env"], copy.Replace('=', '#'), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_disk["c.env"], copy + "# mine\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_disk["d.env"], copy[..^2] + "x\n", TestContext.Current.CancellationToken);
        Assert.Equal([_disk["a.env"], _disk["c.env"]], Assert.Single(machine.Find().Tokens).Proven().Select(destination => destination.Location));
    }

    [Trait("System", "Unix")]
    [Theory]
    [InlineData("dotenv", "/etc/passwd", "root")]
    [InlineData("json", "/etc/passwd", "a")]
    [InlineData("user-secrets", "/etc/passwd", "a")]
    [InlineData("user-secrets", "", "a")]
    [InlineData("user-secrets", "relative", "a")]
    [InlineData("user-secrets", "/", "a")]
    [InlineData("dotenv", "/dev/zero", "A")]
    [InlineData("dotenv", "/proc/self/environ", "PATH")]
    [InlineData("dotenv", "/tmp/\u001b[31m\u0000", "A")]
    [InlineData("dotenv", "/nowhere/.env", "")]
    [InlineData("dotenv", "/nowhere/.env", "A\u001b[2J, B")]
    [InlineData("json", "/nowhere/a.json", "A\u001b")]
    [InlineData("\u001b]0;x\u0007", "\u001b]0;x\u0007", "\u0000")]
    [InlineData("command", "rm -rf /", "-")]
    public async Task A_forged_place_is_never_one_of_ours(string kind, string location, string slot)
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("a.env");
        LedgerRecord record = Ledger.Peek(machine.Ledger);
        using (Ledger ledger = Ledger.Open(machine.Ledger, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken).Value)
        {
            ledger.Write(record with { Places = [.. record.Places, new LedgerPlace(kind, location, slot, record.Fingerprint!, DateTimeOffset.MaxValue) { Value = "{token}" }] });
        }

        KnownToken token = Assert.Single(machine.Find().Tokens);
        Assert.Equal(2, token.Copies.Count);
        Assert.Equal(_disk["a.env"], Assert.Single(token.Proven()).Location);
        if (DestinationBuilder.Remembered(token.Copies.Single(copy => copy.Place.Location == location).Place, machine.Environment).Failure is { } refused)
        {
            Assert.DoesNotContain(refused.Message, char.IsControl);
        }

        Assert.Equal(ExitStatus.Done, (await machine.InjectAsync("b.env")).Exit);
    }

    [Theory]
    [InlineData("\"team\": \"payments\"", "\"team\": \"pay\\u001b[31mments\"")]
    [InlineData("\"teamName\": \"payments\"", "\"teamName\": \"\\u0007\"")]
    [InlineData("http://127.0.0.1", "http://evil.example/?")]
    [InlineData("\"teamId\": 42", "\"teamId\": -42")]
    [InlineData("\"instance\": \"", "\"instance\": \"name")]
    public async Task A_forged_ledger_names_no_token_that_settings_could_not_name(string text, string forged)
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("a.env");
        string path = machine.Ledger;
        await File.WriteAllTextAsync(
            path, (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).Replace(text, forged, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        LedgerRecord record = Ledger.Peek(path);

        // Whoever forges a ledger can give it the right name, too.
        File.Move(path, Ledger.PathOf(record.Endpoint, record.Instance, record.Team, machine.Environment).Value);
        LedgerQueries known = machine.Find();
        Assert.All(known.Faults, fault => Assert.DoesNotContain(fault.Message, char.IsControl));
        Assert.All(known.Tokens, token => Assert.DoesNotContain(token.Scope.ToString(), char.IsControl));
        Assert.All(known.Tokens, token => Assert.Empty(token.Proven()));
        Assert.Equal(1, known.Tokens.Count + known.Faults.Count);
    }
}
