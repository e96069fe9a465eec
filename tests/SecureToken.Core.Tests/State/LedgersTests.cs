using System.Text;
using SecureToken.Core.Files;
using SecureToken.Core.State;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.State;

/// <summary>What stands in the place of a ledger, and what is known of it: never an exception, and never less than what can be read.</summary>
public sealed class LedgersTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private readonly TemporaryDirectory _state = new("ledgers");

    public void Dispose() => _state.Dispose();

    [Fact]
    public void Every_ledger_is_found_and_those_under_other_names_of_the_team_are_one()
    {
        Keep(Record("payments", 42, Noon, Place("/a", "old", Noon), Place("/b", "new", Noon)));
        Keep(Record("42", 42, Noon.AddHours(1), Place("/a", "new", Noon.AddHours(1)), Place("/c", "new", Noon)) with { Fingerprint = "new" });
        Keep(Record("checkout", 43, Noon, Place("/a", "x", Noon)));
        Assert.Equal(3, All().Count);
        IReadOnlyList<TeamLedger> teams = Ledgers.ByTeam(All());
        Assert.Equal([43, 42], teams.Select(team => team.Record.TeamId));
        TeamLedger joined = teams[1];
        Assert.Equal(2, joined.Paths.Count);
        Assert.Equal("new", joined.Record.Fingerprint);
        Assert.Equal([("/a", "new"), ("/b", "new"), ("/c", "new")], joined.Record.Places.Select(place => (place.Location, place.Fingerprint)));
    }

    [Fact]
    public void There_may_be_none()
    {
        Assert.Empty(All());
        Assert.NotNull(Ledgers.All(name => name == "SECTOKEN_STATE_DIR" ? "relative" : null).Failure);
    }

    [Fact]
    public void A_ledger_that_is_cut_off_at_any_byte_keeps_the_places_that_stand_in_it_whole()
    {
        LedgerRecord record = Record("payments", 42, Noon, Place("/a", "f1", Noon), Place("/b", "f2", Noon), Place("/\"c}]", "f3", Noon)) with
        {
            Fingerprint = "f1",
            Served = ["}"],
            LastFailure = new LedgerFailure("SECTOK303", "no", "again", Noon, null, []),
        };
        string path = Keep(record);
        byte[] whole = File.ReadAllBytes(path);
        int known = 0;
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            KeptLedger kept = Assert.Single(All());
            Assert.NotNull(kept.Fault);
            Assert.Null(kept.Record.Fingerprint);
            Assert.Null(kept.Record.VerifiedAt);
            Assert.Equal(record.Places.Take(kept.Record.Places.Count), kept.Record.Places);
            Assert.True(kept.Record.Places.Count >= known, $"Of {length} bytes fewer places are known than of {length - 1}.");
            known = kept.Record.Places.Count;
            Assert.Equal(kept.Record.Places, Ledger.Peek(path).Places);
        }

        Assert.Equal(3, known);
        int firstEnds = whole.AsSpan().IndexOf("\"f1\",\n      \"writtenAt\""u8) + 100;
        File.WriteAllBytes(path, whole[..firstEnds]);
        Assert.Single(Ledger.Peek(path).Places);
    }

    [Fact]
    public void A_ledger_of_another_version_answers_nothing_and_its_places_are_known()
    {
        string path = Keep(Record("payments", 42, Noon, Place("/a", "f1", Noon)) with { Fingerprint = "f1" });
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"version\": 1", "\"version\": 2", StringComparison.Ordinal));
        KeptLedger kept = Assert.Single(All());
        Assert.Contains("version 2", kept.Fault!.Message, StringComparison.Ordinal);
        Assert.Null(kept.Record.Fingerprint);
        Assert.Equal("/a", Assert.Single(kept.Record.Places).Location);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"version\":1,\"endpoint\":null}")]
    [InlineData("{\"version\":1,\"places\":null}")]
    [InlineData("{\"version\":1,\"places\":[null]}")]
    [InlineData("{\"version\":1,\"places\":[{\"kind\":\"dotenv\"}]}")]
    [InlineData("{\"version\":1,\"places\":[7,[],{}]}")]
    [InlineData("{\"version\":1,\"served\":[null]}")]
    [InlineData("{\"version\":1,\"teamId\":1e99}")]
    [InlineData("{\"version\":1,\"teamId\":\"x\",\"endpoint\":{\"a\":[]}}")]
    [InlineData("{\"version\":1,\"team\":\"\\ud800\"}")]
    [InlineData("{\"version\":1,\"verifiedAt\":\"99999-01-01\"}")]
    [InlineData("{\"version\":1,\"lastFailure\":{}}")]
    [InlineData("\u0000\u001b[31m")]
    public void Whatever_stands_in_its_place_is_a_fault_and_no_exception(string text)
    {
        string path = Keep(Record("payments", 42, Noon, Place("/a", "f1", Noon)));
        foreach (byte[] content in (byte[][])[Encoding.UTF8.GetBytes(text), [.. Encoding.UTF8.GetBytes(text), 0xFF]])
        {
            File.WriteAllBytes(path, content);
            KeptLedger kept = Assert.Single(All());
            Assert.Empty(kept.Record.Places);
            Assert.NotNull(kept.Fault);
            Assert.DoesNotContain(kept.Fault.Message, char.IsControl);
            Assert.Empty(Ledgers.ByTeam(All()));
        }
    }

    [Fact]
    public void A_ledger_that_lies_under_the_name_of_another_one_says_nothing()
    {
        string path = Keep(Record("payments", 42, Noon, Place("/a", "f1", Noon)));
        File.Move(path, Path.Combine(Path.GetDirectoryName(path)!, "0123456789abcdef01234567.json"));
        KeptLedger kept = Assert.Single(All());
        Assert.NotNull(kept.Fault);
        Assert.Empty(kept.Record.Places);
    }

    [Fact]
    public void A_link_a_directory_and_a_file_beyond_all_measure_are_faults_and_the_others_are_read()
    {
        string path = Keep(Record("payments", 42, Noon, Place("/a", "f1", Noon)));
        string directory = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(Path.Combine(directory, "a.json"));
        File.CreateSymbolicLink(Path.Combine(directory, "b.json"), path);
        using (FileStream large = File.Create(Path.Combine(directory, "c.json")))
        {
            large.SetLength(17 * 1024 * 1024);
        }

        IReadOnlyList<KeptLedger> all = All();
        Assert.Equal(4, all.Count);
        Assert.Equal(path, Assert.Single(all, ledger => ledger.Fault is null).Path);
        Assert.Single(Ledgers.ByTeam(all));
    }

    [Fact]
    public void Many_places_are_read()
    {
        LedgerPlace[] places = [.. Enumerable.Range(0, Repeated.Times(50_000)).Select(i => Place($"/places/{i}", "f1", Noon))];
        Keep(Record("payments", 42, Noon, places));
        Assert.Equal(places.Length, Assert.Single(Ledgers.ByTeam(All())).Record.Places.Count);
    }

    [Fact]
    public void A_removed_file_is_told_from_one_on_a_disk_that_is_not_there()
    {
        string directory = _state.Create("project");
        string file = Path.Combine(directory, ".env");

        // An empty directory may be a mount point.
        Assert.Equal(FilePresence.Unreachable, FileSearch.For(file));
        File.WriteAllText(Path.Combine(directory, "other"), string.Empty);
        Assert.Equal(FilePresence.Deleted, FileSearch.For(file));
        Assert.Equal(FilePresence.Unreachable, FileSearch.For(_state["nowhere", ".env"]));
        Assert.Equal(FilePresence.Unreachable, FileSearch.For(Path.Combine(directory, "other", ".env")));
        File.WriteAllText(file, string.Empty);
        Assert.Equal(FilePresence.Exists, FileSearch.For(file));
        File.Delete(file);
        File.CreateSymbolicLink(file, "/nowhere");
        Assert.Equal(FilePresence.Exists, FileSearch.For(file));
        Assert.All(["", "relative", "/tmp\0/x", "/tmp/\u001b"], path => Assert.Equal(FilePresence.Deleted, FileSearch.For(path)));
    }

    internal static LedgerPlace Place(string location, string fingerprint, DateTimeOffset writtenAt) => new("dotenv", location, "NAME", fingerprint, writtenAt);

    private static LedgerRecord Record(string team, long id, DateTimeOffset verifiedAt, params LedgerPlace[] places) => new()
    {
        Endpoint = "https://eu-de.security-compliance-secure.cloud.ibm.com",
        Instance = "6f3c8e0a-0000-4000-8000-000000000001",
        Team = team,
        TeamId = id,
        TeamName = id == 42 ? "payments" : team,
        VerifiedAt = verifiedAt,
        Places = places,
    };

    private string? Environment(string name) => name == "SECTOKEN_STATE_DIR" ? _state["state"] : null;

    private IReadOnlyList<KeptLedger> All() => Ledgers.All(Environment).Value;

    private string Keep(LedgerRecord record)
    {
        string path = Ledger.PathOf(record.Endpoint, record.Instance, record.Team, Environment).Value;
        using Ledger ledger = Ledger.Open(path, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken).Value;
        Assert.True(ledger.Write(record).Value);
        return path;
    }
}
