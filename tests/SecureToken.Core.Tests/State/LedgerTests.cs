using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;
using SecureToken.Core.State;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.State;

/// <summary>A ledger that is held, all ledgers of a machine, and what is written of them, to the letter.</summary>
public sealed class LedgerTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private readonly TemporaryDirectory _state = new("ledger");

    public void Dispose() => _state.Dispose();

    [Fact]
    public void A_new_record_says_nothing()
    {
        LedgerRecord record = new();
        Assert.Equal((1, string.Empty, string.Empty, string.Empty, 0L), (record.Version, record.Endpoint, record.Instance, record.Team, record.TeamId));
    }

    [Fact]
    public void Without_a_state_directory_there_is_no_path()
    {
        Failure? failure = Ledger.PathOf("e", "i", "t", name => name == "SECTOKEN_STATE_DIR" ? "relative" : null).Failure;
        Assert.Equal(StateDirectory.Find(name => name == "SECTOKEN_STATE_DIR" ? "relative" : null).Failure!.Message, failure!.Message);
    }

    [Fact]
    public void Who_holds_a_ledger_reads_it_once_and_knows_what_he_wrote()
    {
        using Ledger ledger = Open(PathOf("t"));
        LedgerRecord none = ledger.Read();
        Assert.Equal((string.Empty, 0), (none.Team, none.Places.Count));
        Assert.Same(none, ledger.Read());
        LedgerRecord record = Record("t", "/a");
        Assert.True(ledger.Write(record).Value);
        Assert.Same(record, ledger.Read());
        Assert.Throws<ArgumentNullException>("record", () => ledger.Write(null!));
    }

    [Fact]
    public void What_could_not_be_written_is_not_known()
    {
        string path = PathOf("t");
        using Ledger ledger = Open(path);
        Assert.Empty(ledger.Read().Team);
        Directory.CreateDirectory(path);
        Assert.NotNull(ledger.Write(Record("t", "/a")).Failure);
        Directory.Delete(path);
        Assert.Empty(ledger.Read().Team);
    }

    /// <summary>Longer than a file with a secret may be.</summary>
    [Fact]
    public void A_ledger_may_be_long()
    {
        string path = PathOf("t");
        LedgerPlace place = new("dotenv", "/a", "A", "f", Noon) { Value = new string('v', 17 * 1024 * 1024) };
        using (Ledger ledger = Open(path))
        {
            Assert.True(ledger.Write(Record("t") with { Places = [place] }).Value);
        }

        using (Ledger ledger = Open(path))
        {
            Assert.Equal(place, Assert.Single(ledger.Read().Places));
        }

        Assert.Equal(place, Assert.Single(Ledger.Peek(path).Places));
    }

    [Fact]
    public void What_cannot_be_read_is_told_and_may_know_places()
    {
        string path = PathOf("t");
        Assert.Null(Ledger.Look(path));
        Directory.CreateDirectory(path);
        LedgerReading reading = Ledger.Look(path)!;
        Assert.NotNull(reading.Unread);
        Assert.Equal(reading.Unread.Message, reading.Fault + ".");
        Assert.Empty(reading.Record.Team);
    }

    [Fact]
    [Trait("System", "Unix")]
    public void A_view_that_could_not_read_looks_again_at_the_same_file()
    {
        string path = Keep(Record("t", "/a"));
        string directory = Path.GetDirectoryName(path)!;
        UnixFileMode mode = File.GetUnixFileMode(directory);
        File.SetUnixFileMode(directory, mode | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite);
        var view = new LedgerView(path);
        Assert.Empty(view.Look().Team);
        Assert.NotNull(view.Unread);
        File.SetUnixFileMode(directory, mode);
        Assert.Equal("t", view.Look().Team);
        Assert.Null(view.Unread);
    }

    [Fact]
    public void Places_are_taken_out_of_a_ledger_that_knows_others_too()
    {
        string path = Keep(Record("t", "/a", "/b", "/c"));
        LedgerErasure erasure = LedgerErasure.Run(place => place.Location == "/b", Environment, TestContext.Current.CancellationToken).Value;
        Assert.Empty(erasure.Failures);
        Assert.Equal("/b", Assert.Single(erasure.Places).Place.Location);
        Assert.Equal(["/a", "/c"], Ledger.Peek(path).Places.Select(place => place.Location));
        File.Delete(path);
        Assert.Throws<ArgumentNullException>("isMeant", () => LedgerErasure.Run(null!, Environment, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void All_are_read_in_the_order_of_their_names_but_those_that_are_left_out()
    {
        string[] paths = [.. ((string[])["a", "b", "c", "d", "e"]).Select(team => Keep(Record(team, "/a"))).Order(StringComparer.Ordinal)];
        Assert.Equal(paths, Ledgers.All(Environment).Value.Select(kept => kept.Path));
        Assert.Equal(paths[1..], Ledgers.All(Environment, path => path == paths[0]).Value.Select(kept => kept.Path));
        Assert.Equal(paths[..1], Ledgers.All(Environment, path => path != paths[0]).Value.Select(kept => kept.Path));
    }

    [Fact]
    public void A_directory_that_cannot_be_listed_is_a_failure()
    {
        string path = Keep(Record("t", "/a"));
        Failure failure = Ledgers.All(Environment, _ => throw new IOException("The disk is gone.")).Failure!;
        Assert.Equal(DiagnosticDescriptors.FileUnreadable, failure.Descriptor);
        Assert.Contains(Path.GetDirectoryName(path)!, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"version\":1}", "it lies under the name of another one")]
    [InlineData("{\"version\":1", "it is truncated, or not a ledger")]
    [InlineData("{\"version\":2}", "it has version 2")]
    [InlineData("{\"endpoint\":null,\"places\":[{\"kind\":\"k\",\"location\":\"l\",\"slot\":\"s\",\"fingerprint\":\"f\"}]}", "it has an invalid value")]
    public void What_lies_under_the_name_of_another_one_is_damaged_for_one_reason(string text, string reason)
    {
        string path = Keep(Record("t", "/a"));
        File.WriteAllText(path, text);
        KeptLedger kept = Assert.Single(Ledgers.All(Environment).Value);
        Assert.Equal($"The ledger {path} is damaged: {reason}. Destinations that could still be read: 0.", kept.Fault!.Message);
        Assert.Empty(kept.Record.Places);
    }

    [Fact]
    public void Teams_are_sorted_by_endpoint_instance_and_name()
    {
        KeptLedger[] ledgers =
        [
            Of("b", "1", "z", 0, null), Of("a", "2", "x", 0, null), Of("a", "1", "y", 0, null), Of("a", "2", "w", 7, "a-name"),
            Of("a", "1", "x", 0, null), Of("b", "1", "z", 0, null), Of("a", "2", "v", 7, "a-name"), Of("", "0", "a", 0, null), Of("a", "2", "x", 8, null),
        ];
        Assert.Equal(
            [("a", "1", "x", 0L, 1), ("a", "1", "y", 0L, 1), ("a", "2", "w", 7L, 2), ("a", "2", "x", 0L, 1), ("a", "2", "x", 8L, 1), ("b", "1", "z", 0L, 2)],
            Ledgers.ByTeam(ledgers).Select(team => (team.Record.Endpoint, team.Record.Instance, team.Record.Team, team.Record.TeamId, team.Paths.Count)));
    }

    [Theory]
    [InlineData("old", "new", "new")]
    [InlineData("old", null, "old")]
    [InlineData(null, "new", "new")]
    [InlineData(null, null, null)]
    public void A_team_is_called_as_the_latest_ledger_calls_it(string? older, string? newer, string? expected)
    {
        KeptLedger old = Of("e", "i", "42", 42, older);
        KeptLedger latest = Of("e", "i", "payments", 42, newer);
        latest = latest with { Record = latest.Record with { VerifiedAt = Noon } };
        foreach (KeptLedger[] ledgers in (KeptLedger[][])[[old, latest], [latest, old]])
        {
            Assert.Equal((expected, "payments"), (Ledgers.ByTeam(ledgers).Single().Record.TeamName, Ledgers.ByTeam(ledgers).Single().Record.Team));
        }
    }

    [Fact]
    public void The_places_of_a_team_are_sorted_by_location_and_slot_and_stay_in_their_order_otherwise()
    {
        LedgerPlace[] places =
        [
            new("json", "/b", "A", "f", Noon), new("dotenv", "/b", "A", "f", Noon.AddDays(1)), new("dotenv", "/a", "B", "f", Noon),
            new("dotenv", "/a", "C", "f", Noon), new("dotenv", "/a", "A", "f", Noon),
        ];
        KeptLedger kept = Of("e", "i", "t", 42, null);
        kept = kept with { Record = kept.Record with { Places = places } };
        Assert.Equal([places[4], places[2], places[3], places[0], places[1]], Ledgers.ByTeam([kept]).Single().Record.Places);
    }

    [Theory]
    [InlineData("dotenv", true)]
    [InlineData("json", true)]
    [InlineData("user-secrets", true)]
    [InlineData("kubernetes", true)]
    [InlineData("command", false)]
    [InlineData("", false)]
    [InlineData("Dotenv", false)]
    public void Only_paths_of_files_are_compared_as_the_system_compares_them(string kind, bool isOfFile)
    {
        Assert.Equal(isOfFile, LedgerPlace.IsOfFile(kind));
        Assert.Equal(new PlaceKey(kind, isOfFile ? "/HOME/A" : "/home/a", "s"), LedgerPlace.KeyOf(kind, "/home/a", "s", PathRules.MacOS));
        Assert.Equal(new PlaceKey(kind, "/home/a", "s"), LedgerPlace.KeyOf(kind, "/home/a", "s", PathRules.Linux));
    }

    [Fact]
    public void Places_that_are_objects_are_left_out_by_key_or_by_index()
    {
        LedgerPlaces places = LedgerPlaces.Of(Record("t", "/a", "/b", "/c", "/d").Places);
        HashSet<PlaceKey> keys = [places[1].Key];
        Assert.Equal(["/a", "/d"], places.Without(keys, index => index == 2).Select(place => place.Location));
        LedgerPlaces mixed = LedgerPlaces.Of(LedgerText.Read(Encoding.UTF8.GetBytes(Text(Record("t", "/x", "/y")))).Record.Places).With(places);
        Assert.Equal(["/x", "/a", "/d"], mixed.Without(keys, index => index is 1 or 4).Select(place => place.Location));
    }

    [Fact]
    public void Places_of_two_texts_are_compared_one_by_one()
    {
        LedgerPlaces two = LedgerPlaces.Of(LedgerText.Read(Encoding.UTF8.GetBytes(Text(Record("t", "/a", "/b")))).Record.Places);
        LedgerPlaces one = LedgerPlaces.Of(LedgerText.Read(Encoding.UTF8.GetBytes(Text(Record("t", "/a")))).Record.Places);
        Assert.True(two.HasMoreThan(one));
        Assert.False(one.HasMoreThan(two));
        Assert.False(two.HasMoreThan(two));
    }

    [Fact]
    public void A_ledger_is_written_to_the_letter()
    {
        LedgerRecord record = Record("t", "/a") with { Served = ["s"] };
        const string Head = "{\n  \"version\": 1,\n  \"endpoint\": \"e\",\n  \"instance\": \"i\",\n  \"team\": \"t\",\n  \"teamId\": 0,\n  \"served\": [\n    \"s\"\n  ],\n  \"places\": [";
        const string First = "{\n      \"kind\": \"dotenv\",\n      \"location\": \"/a\",\n      \"slot\": \"A\",\n      \"fingerprint\": \"f\",\n      \"writtenAt\": \"2026-11-24T12:00:00+00:00\"\n    }";
        string written = Text(record);
        Assert.Equal($"{Head}\n    {First}\n  ]\n}}", written);

        // The same of places that stay text; with another one behind them; and where one between them was taken out.
        LedgerRecord read = LedgerText.Read(Encoding.UTF8.GetBytes(written)).Record;
        Assert.Equal(written, Text(read));
        LedgerPlaces places = LedgerPlaces.Of(read.Places).With(Record("t", "/b").Places);
        string second = First.Replace("/a", "/b", StringComparison.Ordinal);
        Assert.Equal($"{Head}\n    {First},\n    {second}\n  ]\n}}", Text(read with { Places = places }));
        LedgerPlaces three = LedgerPlaces.Of(LedgerText.Read(Encoding.UTF8.GetBytes(Text(Record("t", "/a", "/x", "/b")))).Record.Places);
        Assert.Equal($"{Head}\n    {First},\n    {second}\n  ]\n}}", Text(read with { Places = three.Without(place => place.Location == "/x") }));
    }

    [Theory]
    [InlineData((16 * 1024) - 1, 1)]
    [InlineData(16 * 1024, 3)]
    [InlineData((16 * 1024) + 1, 3)]
    public void A_long_run_of_places_is_written_from_the_text_in_which_it_stood(int length, int pieces)
    {
        const string Empty = """{"kind":"dotenv","location":"","slot":"A","fingerprint":"f"}""";
        string place = Empty.Replace("\"location\":\"", "\"location\":\"" + new string('a', length - Empty.Length), StringComparison.Ordinal);
        byte[] text = Encoding.UTF8.GetBytes($$"""{"places":[{{place}}]}""");
        LedgerReading reading = LedgerText.Read(text);
        Assert.Null(reading.Fault);
        ReadOnlyMemory<byte>[] written = LedgerText.Write(reading.Record);
        Assert.Equal(pieces, written.Length);
        Assert.Equal(pieces == 3, written.Length == 3 && written[1].Span.Overlaps(text));
        Assert.Equal(
            $"{{\n  \"version\": 1,\n  \"endpoint\": \"\",\n  \"instance\": \"\",\n  \"team\": \"\",\n  \"teamId\": 0,\n  \"served\": [],\n  \"places\": [\n    {place}\n  ]\n}}",
            Encoding.UTF8.GetString([.. written.SelectMany(piece => piece.ToArray())]));
    }

    private static LedgerRecord Record(string team, params string[] locations) => new()
    {
        Endpoint = "e",
        Instance = "i",
        Team = team,
        Places = [.. locations.Select(location => new LedgerPlace("dotenv", location, "A", "f", Noon))],
    };

    private static KeptLedger Of(string endpoint, string instance, string team, long id, string? name) =>
        new($"{endpoint}-{instance}-{team}", new LedgerRecord { Endpoint = endpoint, Instance = instance, Team = team, TeamId = id, TeamName = name }, null);

    private static string Text(LedgerRecord record) => Encoding.UTF8.GetString([.. LedgerText.Write(record).SelectMany(piece => piece.ToArray())]);

    private static Ledger Open(string path) => Ledger.Open(path, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken).Value;

    private string? Environment(string name) => name == "SECTOKEN_STATE_DIR" ? _state["state"] : null;

    private string PathOf(string team) => Ledger.PathOf("e", "i", team, Environment).Value;

    private string Keep(LedgerRecord record)
    {
        string path = PathOf(record.Team);
        using Ledger ledger = Open(path);
        Assert.True(ledger.Write(record).Value);
        return path;
    }
}
