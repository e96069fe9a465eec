using System.Text.Json;

namespace SecureToken.Core.State;

/// <summary>What a ledger's file says.</summary>
/// <param name="Record">The record; of one that is not whole, whose it is and the places that could be read, and nothing that would be
/// taken for fresh.</param>
/// <param name="Fault">Why it is not whole, in words; null when it is, or when there is none.</param>
internal sealed record LedgerReading(LedgerRecord Record, string? Fault);

/// <summary>
/// Reads the text of a ledger. It can be cut off, of another version or written by someone else: it never throws, and the places that
/// stand in it whole are kept, because nothing else knows where those copies are.
/// </summary>
internal static class LedgerText
{
    public static LedgerReading Read(ReadOnlySpan<byte> content)
    {
        string fault = "it is truncated, or not a ledger";
        try
        {
            if (JsonSerializer.Deserialize(content, LedgerJson.Default.LedgerRecord) is { } record)
            {
                if (record.Version == LedgerRecord.CurrentVersion && IsWhole(record))
                {
                    return new LedgerReading(record, null);
                }

                fault = record.Version == LedgerRecord.CurrentVersion ? "it has an invalid value" : $"it has version {record.Version}";
            }
        }
        catch (JsonException)
        {
            // What can be read of it is read below.
        }

        return new LedgerReading(Salvage(content), fault);
    }

    /// <summary>JSON can leave out or null what the types call required.</summary>
    private static bool IsWhole(LedgerRecord record) =>
        record is { Endpoint: not null, Instance: not null, Team: not null, Served: not null, Places: not null }
        && record.Served.All(served => served is not null)
        && (record.Identity is null || record.Identity.IamId is not null)
        && record.Places.All(IsWhole)
        && record.LastFailure is null or { Code: not null, Message: not null, NextStep: not null, Served: not null, Dead: not null };

    private static bool IsWhole(LedgerPlace? place) =>
        place is { Kind: not null, Location: not null, Slot: not null, Fingerprint: not null }
        && (place.Identity is null || place.Identity.IamId is not null);

    /// <summary>Member after member, until something cannot be read.</summary>
    private static LedgerRecord Salvage(ReadOnlySpan<byte> content)
    {
        var places = new List<LedgerPlace>();
        LedgerRecord record = new();
        var reader = new Utf8JsonReader(content);
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string? name = reader.GetString();
                reader.Read();
                switch (name)
                {
                    case "endpoint":
                        record = record with { Endpoint = reader.GetString() ?? string.Empty };
                        break;
                    case "instance":
                        record = record with { Instance = reader.GetString() ?? string.Empty };
                        break;
                    case "team":
                        record = record with { Team = reader.GetString() ?? string.Empty };
                        break;
                    case "teamId":
                        record = record with { TeamId = reader.GetInt64() };
                        break;
                    case "teamName":
                        record = record with { TeamName = reader.GetString() };
                        break;
                    case "places" when reader.TokenType == JsonTokenType.StartArray:
                        ReadPlaces(ref reader, places);
                        break;
                    default:
                        reader.Skip();
                        break;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            // It ends here.
        }

        return record with { Places = places };
    }

    private static void ReadPlaces(ref Utf8JsonReader reader, List<LedgerPlace> places)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (JsonSerializer.Deserialize(ref reader, LedgerJson.Default.LedgerPlace) is { } place && IsWhole(place))
            {
                places.Add(place);
            }
        }
    }
}
