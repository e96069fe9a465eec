using System.Text;
using System.Text.Json.Nodes;
using SecureToken.Core.Model;
using SecureToken.Core.State;
using Xunit;

namespace SecureToken.Core.Tests.State;

/// <summary>Most places of a large ledger stay text. Nobody can tell them from those that became objects.</summary>
public sealed class LedgerPlacesTests
{
    [Fact]
    public void Places_that_stay_text_are_what_a_list_of_objects_would_be()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            List<LedgerPlace> model = Some(random, seed % 20 == 0 ? 400 : random.Next(30));
            byte[] text = Text(new LedgerRecord { Endpoint = "e", Instance = "i", Team = "t", Places = model });
            for (int step = 0; step < 5; step++)
            {
                LedgerReading reading = LedgerText.Read(LaidOut(random, text));
                Assert.Null(reading.Fault);
                Assert.Equal(model, reading.Record.Places);
                LedgerPlaces places = LedgerPlaces.Of(reading.Record.Places);
                Assert.All(model, place => Assert.Equal(model.First(other => other.Key == place.Key), places.Find(place.Key)));
                Assert.Null(places.Find(new("dotenv", "/nowhere", "A")));

                List<LedgerPlace> added = Some(random, random.Next(4));
                HashSet<PlaceKey> written = [.. added.Select(place => place.Key), .. model.Where(_ => random.Next(5) == 0).Select(place => place.Key)];
                int rest = random.Next(2, 9);
                List<LedgerPlace> next = [.. model.Where((place, i) => !written.Contains(place.Key) && i % rest != 1), .. added];
                LedgerPlaces changed = places.Without(written, i => i % rest == 1).With(added);
                Assert.Equal(next, changed);
                Assert.Equal(next.Exists(place => !model.Exists(old => old.Key == place.Key)), changed.HasMoreThan(places));
                Assert.All(next, place => Assert.Equal(next.First(other => other.Key == place.Key), changed.Find(place.Key)));
                text = Text(reading.Record with { Places = changed });
                model = next;
            }
        }
    }

    [Fact]
    public void What_is_no_place_is_not_written_again_and_the_others_are_to_the_letter()
    {
        const string First = """{"kind" : "dotenv","location":"\u002fa", "slot":"A","fingerprint":"f","writtenAt":"2026-11-24T12:00:00Z","later":[1]}""";
        string text = $$"""{"version":1,"endpoint":"e","places":[{{First}}, null, {"kind":"dotenv"}, {{First.Replace("2fa", "2fb", StringComparison.Ordinal)}}] }""";
        LedgerReading reading = LedgerText.Read(Encoding.UTF8.GetBytes(text));
        Assert.NotNull(reading.Fault);
        string written = Encoding.UTF8.GetString(Text(reading.Record));
        Assert.Contains(First, written, StringComparison.Ordinal);
        LedgerReading again = LedgerText.Read(Encoding.UTF8.GetBytes(written));
        Assert.Null(again.Fault);
        Assert.Equal(["/a", "/b"], again.Record.Places.Select(place => place.Location));
    }

    [Fact]
    public void Without_a_place_nothing_but_brackets_is_written()
    {
        LedgerRecord record = LedgerText.Read(Text(new LedgerRecord { Endpoint = "e", Places = [new("dotenv", "/a", "A", "f", default)] })).Record;
        record = record with { Places = LedgerPlaces.Of(record.Places).Without(_ => true) };
        Assert.Contains("\"places\": []", Encoding.UTF8.GetString(Text(record)), StringComparison.Ordinal);
        Assert.Empty(LedgerText.Read(Text(record)).Record.Places);
    }

    private static byte[] Text(LedgerRecord record) => [.. LedgerText.Write(record).SelectMany(piece => piece.ToArray())];

    /// <summary>As we write it, or as another program would.</summary>
    private static byte[] LaidOut(Random random, byte[] text) => random.Next(3) == 0 ? Encoding.UTF8.GetBytes(JsonNode.Parse(text)!.ToJsonString()) : text;

    /// <summary>Places of which some are the same one, with letters that JSON escapes.</summary>
    private static List<LedgerPlace> Some(Random random, int count) =>
    [
        .. Enumerable.Range(0, count).Select(_ => new LedgerPlace(
            random.Next(4) == 0 ? "command" : "dotenv", $"/\"é\\{(char)('a' + random.Next(26))}\n\ud83d\ude00{random.Next(30)}", random.Next(3) == 0 ? "B, C" : "A", $"f{random.Next(3)}",
            DateTimeOffset.UnixEpoch.AddTicks(random.NextInt64(1L << 58)))
        {
            Identity = random.Next(3) == 0 ? null : new TokenIdentity($"id-{random.Next(2)}", IdentityKind.ServiceId, random.Next(2) == 0 ? null : "n\u0000"),
            DeclaredBy = random.Next(2) == 0 ? null : $"/p{random.Next(2)}.csproj",
            Value = random.Next(4) == 0 ? "Bearer {token}" : null,
            Reloads = random.Next(3) == 0 ? random.Next(2) == 0 : null,
        }),
    ];
}
