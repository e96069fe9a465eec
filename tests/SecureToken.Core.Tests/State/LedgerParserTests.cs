using System.Text;
using System.Text.Json.Nodes;
using SecureToken.Core.Model;
using SecureToken.Core.State;
using Xunit;

namespace SecureToken.Core.Tests.State;

/// <summary>Texts of ledgers, as someone else may have written them, and what is read of them.</summary>
public sealed class LedgerParserTests
{
    private const string Invalid = "it has an invalid value";
    private const string Foreign = "it is truncated, or not a ledger";

    private const string Place =
        """{"kind":"dotenv","location":"/a","slot":"A","fingerprint":"f","writtenAt":"2026-11-24T12:00:00Z","identity":{"iamId":"id","kind":"User","name":"n"},"declaredBy":"p","value":"v","reloads":true}""";

    private const string Other = """{"kind":"dotenv","location":"/b","slot":"A","fingerprint":"f","writtenAt":"2026-11-24T12:00:00Z"}""";

    private const string Failure =
        """{"code":"c","message":"m","nextStep":"n","at":"2026-11-24T12:00:00Z","credential":"x","served":["s"],"dead":["d"]}""";

    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("", Foreign)]
    [InlineData("null", Foreign)]
    [InlineData("7", Foreign)]
    [InlineData("[]", Foreign)]
    [InlineData("{}", null)]
    [InlineData("""{"version":1}""", null)]
    [InlineData("""{"version":1""", Foreign)]
    [InlineData("""{"version":1}{}""", Foreign)]
    [InlineData("""{"version":1} x""", Foreign)]
    [InlineData("""{"version":2}""", "it has version 2")]
    [InlineData("""{"version":-1,"endpoint":null}""", "it has version -1")]
    [InlineData("""{"version":null}""", Foreign)]
    [InlineData("""{"version":1.5}""", Foreign)]
    [InlineData("""{"endpoint":null}""", Invalid)]
    [InlineData("""{"instance":null}""", Invalid)]
    [InlineData("""{"team":null}""", Invalid)]
    [InlineData("""{"team":7}""", Foreign)]
    [InlineData("""{"teamId":null}""", Foreign)]
    [InlineData("""{"teamId":"42"}""", Foreign)]
    [InlineData("""{"teamName":7}""", Foreign)]
    [InlineData("""{"fingerprint":[]}""", Foreign)]
    [InlineData("""{"credential":true}""", Foreign)]
    [InlineData("""{"verifiedAt":7}""", Foreign)]
    [InlineData("""{"provenAt":"noon"}""", Foreign)]
    [InlineData("""{"oneBuildAt":{}}""", Foreign)]
    [InlineData("""{"served":null}""", Foreign)]
    [InlineData("""{"served":"x"}""", Foreign)]
    [InlineData("""{"served":[7]}""", Foreign)]
    [InlineData("""{"served":[null]}""", Invalid)]
    [InlineData("""{"places":null}""", Foreign)]
    [InlineData("""{"places":{}}""", Foreign)]
    [InlineData("""{"places":[null]}""", Invalid)]
    [InlineData("""{"places":[{}]}""", Invalid)]
    [InlineData("""{"places":[7,7]}""", Foreign)]
    [InlineData("""{"places":[[],{}]}""", Foreign)]
    [InlineData("""{"identity":{}}""", Invalid)]
    [InlineData("""{"identity":{"iamId":null}}""", Invalid)]
    [InlineData("""{"identity":{"name":"n","kind":"User"}}""", Invalid)]
    [InlineData("""{"identity":[]}""", Foreign)]
    [InlineData("""{"identity":7}""", Foreign)]
    [InlineData("""{"identity":{"iamId":7}}""", Foreign)]
    [InlineData("""{"identity":{"iamId":"i","kind":"user"}}""", Foreign)]
    [InlineData("""{"identity":{"iamId":"i","kind":""}}""", Foreign)]
    [InlineData("""{"identity":{"iamId":"i","kind":null}}""", Foreign)]
    [InlineData("""{"identity":{"iamId":"i","kind":1}}""", Foreign)]
    [InlineData("""{"lastFailure":{}}""", Invalid)]
    [InlineData("""{"lastFailure":[]}""", Foreign)]
    [InlineData("""{"lastFailure":7}""", Foreign)]
    [InlineData("""{"identity":null,"lastFailure":null,"teamName":null,"fingerprint":null,"credential":null}""", null)]
    [InlineData("""{"verifiedAt":null,"provenAt":null,"oneBuildAt":null}""", null)]
    public void A_text_is_a_ledger_or_it_is_said_why_not(string text, string? fault)
    {
        LedgerReading reading = Read(text);
        Assert.Equal(fault, reading.Fault);
        LedgerRecord record = reading.Record;
        Assert.Equal((string.Empty, string.Empty, string.Empty, 0L), (record.Endpoint, record.Instance, record.Team, record.TeamId));
        Assert.Equal((null, null, null), (record.TeamName, record.Fingerprint, record.Credential));
        Assert.Equal((null, null, null), (record.VerifiedAt, record.ProvenAt, record.OneBuildAt));
        Assert.Equal((1, null, null), (record.Version, record.Identity, record.LastFailure));
        Assert.Empty(record.Served);
        Assert.Empty(record.Places);
    }

    [Theory]
    [InlineData("kind", Invalid, Invalid, Foreign)]
    [InlineData("location", Invalid, Invalid, Foreign)]
    [InlineData("slot", Invalid, Invalid, Foreign)]
    [InlineData("fingerprint", Invalid, Invalid, Foreign)]
    [InlineData("writtenAt", null, Foreign, Foreign)]
    [InlineData("identity", null, null, Foreign)]
    [InlineData("declaredBy", null, null, Foreign)]
    [InlineData("value", null, null, Foreign)]
    [InlineData("reloads", null, null, Foreign)]
    public void A_place_needs_kind_location_slot_and_fingerprint(string name, string? ifMissing, string? ifNull, string? ifNumber)
    {
        foreach ((string changed, string? fault) in Changed(Place, name, ifMissing, ifNull, ifNumber))
        {
            LedgerReading reading = Read($$"""{"endpoint":"e","places":[{{Other}},{{changed}},{{Other}}]}""");
            Assert.Equal(fault, reading.Fault);
            Assert.Equal(
                fault switch { null => ["/b", "/a", "/b"], Invalid => ["/b", "/b"], _ => ["/b"] },
                reading.Record.Places.Select(place => place.Location));
            Assert.Equal("e", reading.Record.Endpoint);
        }
    }

    [Theory]
    [InlineData("code", Invalid, Invalid, Foreign)]
    [InlineData("message", Invalid, Invalid, Foreign)]
    [InlineData("nextStep", Invalid, Invalid, Foreign)]
    [InlineData("served", Invalid, Foreign, Foreign)]
    [InlineData("at", null, Foreign, Foreign)]
    [InlineData("credential", null, null, Foreign)]
    [InlineData("dead", null, Foreign, Foreign)]
    public void A_failure_needs_code_message_next_step_and_whom_it_served(string name, string? ifMissing, string? ifNull, string? ifNumber)
    {
        foreach ((string changed, string? fault) in Changed(Failure, name, ifMissing, ifNull, ifNumber))
        {
            LedgerReading reading = Read($$"""{"lastFailure":{{changed}},"team":"t"}""");
            Assert.Equal(fault, reading.Fault);
            Assert.Equal(fault is null, reading.Record.LastFailure is not null);
            Assert.Equal(fault is Foreign ? string.Empty : "t", reading.Record.Team);
        }
    }

    [Theory]
    [InlineData("User", IdentityKind.User)]
    [InlineData("ServiceId", IdentityKind.ServiceId)]
    [InlineData("TrustedProfile", IdentityKind.TrustedProfile)]
    [InlineData("Unknown", IdentityKind.Unknown)]
    public void Every_kind_of_identity_is_read(string name, IdentityKind kind)
    {
        LedgerReading reading = Read($$$"""{"identity":{"kind":"{{{name}}}","iamId":"i"}}""");
        Assert.Null(reading.Fault);
        Assert.Equal(new TokenIdentity("i", kind, null), reading.Record.Identity);
        LedgerReading ofUnknown = Read("""{"identity":{"iamId":"i","name":"n"}}""");
        Assert.Null(ofUnknown.Fault);
        Assert.Equal(new TokenIdentity("i", IdentityKind.Unknown, "n"), ofUnknown.Record.Identity);
    }

    [Fact]
    public void Identities_that_differ_in_one_part_are_told_apart()
    {
        TokenIdentity[] identities =
        [
            new("1", IdentityKind.User, "n"), new("1", IdentityKind.ServiceId, "n"), new("2", IdentityKind.ServiceId, "n"),
            new("2", IdentityKind.ServiceId, "m"), new("2", IdentityKind.ServiceId, null), new("2", IdentityKind.ServiceId, null),
        ];
        LedgerPlace[] places = [.. identities.Select((identity, i) => new LedgerPlace("dotenv", $"/{i}", "A", "f", Noon) { Identity = identity })];
        LedgerReading reading = LedgerText.Read(Text(new LedgerRecord { Identity = identities[0], Places = places }));
        Assert.Null(reading.Fault);
        Assert.Equal(identities[0], reading.Record.Identity);
        Assert.Equal(places, reading.Record.Places);
        Assert.Equal(places.Reverse(), reading.Record.Places.Reverse());
    }

    [Theory]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("\"kind\"")]
    [InlineData("[]")]
    [InlineData("""[[{"kind":7}],"location"]""")]
    [InlineData("""{"kind":7,"code":{"iamId":[]}}""")]
    public void A_member_that_a_later_program_has_added_is_passed_over(string value)
    {
        string later = $"\"later\":{value},";
        string identity = $$"""{{{later}}"iamId":"id",{{later}}"kind":"User",{{later}}"name":"n"}""";
        string place = Place.Replace("{\"kind\"", $"{{{later}\"kind\"", StringComparison.Ordinal).Replace("\"reloads\"", $"{later}\"reloads\"", StringComparison.Ordinal);
        string failure = Failure.Replace("{\"code\"", $"{{{later}\"code\"", StringComparison.Ordinal).Replace("\"dead\"", $"{later}\"dead\"", StringComparison.Ordinal);
        LedgerReading reading = Read($$"""{{{later}}"endpoint":"e",{{later}}"identity":{{identity}},"places":[{{place}},{{Other}}],{{later}}"lastFailure":{{failure}}}""");
        Assert.Null(reading.Fault);
        Assert.Equal(("e", new TokenIdentity("id", IdentityKind.User, "n")), (reading.Record.Endpoint, reading.Record.Identity!));
        Assert.Equal([Whole("/a"), new LedgerPlace("dotenv", "/b", "A", "f", Noon)], reading.Record.Places);
        LedgerFailure read = reading.Record.LastFailure!;
        Assert.Equal(("c", "m", "n", Noon, "x"), (read.Code, read.Message, read.NextStep, read.At, read.Credential));
        Assert.Equal("s", Assert.Single(read.Served));
        Assert.Equal("d", Assert.Single(read.Dead));
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("declaredBy")]
    [InlineData("value")]
    [InlineData("reloads")]
    public void What_one_place_has_another_one_need_not_have(string name)
    {
        LedgerPlace expected = name switch
        {
            "identity" => Whole("/a") with { Identity = null },
            "declaredBy" => Whole("/a") with { DeclaredBy = null },
            "value" => Whole("/a") with { Value = null },
            _ => Whole("/a") with { Reloads = null },
        };
        foreach ((string changed, _) in Changed(Place, name, null, null, null).Take(2))
        {
            LedgerReading reading = Read($$"""{"places":[{{Place}},{{changed}},{{Place}}]}""");
            Assert.Null(reading.Fault);
            Assert.Equal([Whole("/a"), expected, Whole("/a")], reading.Record.Places);
        }
    }

    [Fact]
    public void A_place_with_an_identity_that_is_none_is_no_place()
    {
        string place = Place.Replace("\"iamId\":\"id\",", string.Empty, StringComparison.Ordinal);
        LedgerReading reading = Read($$"""{"places":[{{place}},{{Other}}]}""");
        Assert.Equal(Invalid, reading.Fault);
        Assert.Equal("/b", Assert.Single(reading.Record.Places).Location);
    }

    [Fact]
    public void Of_a_ledger_that_is_not_whole_only_whose_it_is_and_the_places_are_known()
    {
        LedgerRecord record = Read(
            $$"""{"endpoint":"e","instance":"i","team":"t","teamId":42,"teamName":"n","fingerprint":"f","credential":"c","verifiedAt":"2026-11-24T12:00:00Z","provenAt":"2026-11-24T12:00:00Z","oneBuildAt":"2026-11-24T12:00:00Z","identity":{"iamId":"id"},"lastFailure":{{Failure}},"places":[{{Place}},null],"served":["s"]}""").Record;
        Assert.Equal(("e", "i", "t", 42L, "n"), (record.Endpoint, record.Instance, record.Team, record.TeamId, record.TeamName));
        Assert.Equal((null, null, null, null), (record.Fingerprint, record.Credential, record.Identity, record.LastFailure));
        Assert.Equal((null, null, null), (record.VerifiedAt, record.ProvenAt, record.OneBuildAt));
        Assert.Empty(record.Served);
        Assert.Equal(Whole("/a"), Assert.Single(record.Places));
    }

    [Fact]
    public void Texts_of_any_length_are_read()
    {
        LedgerPlace[] places = [.. ((int[])[0, 1, 1023, 1024, 1025, 3, 5000, 1024, 20_000]).Select(length => Whole("/" + new string('a', length)) with { Value = new string('é', length) })];
        LedgerReading reading = LedgerText.Read(Text(new LedgerRecord { Places = places }));
        Assert.Null(reading.Fault);
        Assert.Equal(places, reading.Record.Places);
        Assert.All(places, place => Assert.Equal(place, LedgerPlaces.Of(reading.Record.Places).Find(place.Key)));
    }

    [Fact]
    public void To_find_places_takes_no_memory_for_what_they_say()
    {
        // As long as what is kept for one text, so that it is never exchanged.
        byte[] text = Text(new LedgerRecord { Places = [.. Enumerable.Range(0, 1000).Select(i => Whole(i.ToString("D1024", null)))] });
        Assert.Null(LedgerText.Read(text).Fault);
        long before = GC.GetAllocatedBytesForCurrentThread();
        LedgerReading reading = LedgerText.Read(text);
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(1000, reading.Record.Places.Count);
        Assert.InRange(taken, 1, 1000 * 80);
    }

    private static LedgerReading Read(string text) => LedgerText.Read(Encoding.UTF8.GetBytes(text));

    private static byte[] Text(LedgerRecord record) => [.. LedgerText.Write(record).SelectMany(piece => piece.ToArray())];

    /// <summary>What <see cref="Place"/> says, elsewhere.</summary>
    private static LedgerPlace Whole(string location) => new("dotenv", location, "A", "f", Noon)
    {
        Identity = new TokenIdentity("id", IdentityKind.User, "n"),
        DeclaredBy = "p",
        Value = "v",
        Reloads = true,
    };

    /// <summary>An object without a member, with null and with a number there.</summary>
    private static IEnumerable<(string Text, string? Fault)> Changed(string text, string name, string? ifMissing, string? ifNull, string? ifNumber)
    {
        JsonObject node = JsonNode.Parse(text)!.AsObject();
        Assert.True(node.Remove(name));
        yield return (node.ToJsonString(), ifMissing);
        node[name] = null;
        yield return (node.ToJsonString(), ifNull);
        node[name] = 7;
        yield return (node.ToJsonString(), ifNumber);
    }
}
