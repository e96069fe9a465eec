using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.State;

namespace SecureToken.Fuzzing.Targets;

/// <summary>The reader of the ledger, and what makes destinations of its places. An input is the file.</summary>
internal static class LedgerTarget
{
    private const int MostPlaces = 4;
    private static readonly Func<string, string?> Variables = name => name == "HOME" ? "/nonexistent/home" : null;

    public static void Run(byte[] input)
    {
        LedgerReading reading = LedgerText.Read(input);
        LedgerRecord record = reading.Record;
        if (reading.Fault is not null)
        {
            Claim.That(
                record is { Fingerprint: null, Credential: null, Identity: null, VerifiedAt: null, ProvenAt: null }
                    and { LastFailure: null, Served.Count: 0 },
                "nothing of a damaged ledger is taken for fresh");
        }
        else if (input.Length > 1)
        {
            LedgerReading cut = LedgerText.Read(input.AsMemory(0, input.Length * 2 / 3));
            Claim.That(
                cut.Record.Places.Count <= record.Places.Count
                    && cut.Record.Places.Zip(record.Places).All(pair => pair.First == pair.Second || pair.First.Key == pair.Second.Key),
                "a ledger that is cut off knows the places before the cut");
        }

        byte[] text = Written(record);
        LedgerReading again = LedgerText.Read(text);
        Claim.That(again.Fault is null, $"what is written can be read: {again.Fault}");
        Claim.Same(text, Written(again.Record), "writing twice is writing once");
        Claim.That(again.Record.Places.SequenceEqual(record.Places), "every place is kept");

        Ledgers.ByTeam([new KeptLedger("/nonexistent/1.json", record, null), new KeptLedger("/nonexistent/2.json", again.Record, null)]);
        foreach (LedgerPlace place in record.Places.Take(MostPlaces))
        {
            if (!DestinationBuilder.Remembered(place, Variables).Succeeded(out Destination? destination, out Failure? failure))
            {
                Claim.IsCoded(failure);
            }
            else
            {
                // A ledger that this program wrote has each path in one spelling already.
                string location = LedgerPlace.IsOfFile(place.Kind) ? Path.GetFullPath(place.Location) : place.Location;
                Claim.That(
                    destination.Kind == place.Kind && (destination.Location == location || destination.Location == place.Location),
                    $"a place is rebuilt as what it is: {destination.Location}");
            }
        }
    }

    private static byte[] Written(LedgerRecord record) => [.. LedgerText.Write(record).SelectMany(piece => piece.ToArray())];
}
