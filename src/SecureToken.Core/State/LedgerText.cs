using System.Buffers;
using System.Text.Json;
using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.State;

/// <summary>What a ledger's file says.</summary>
/// <param name="Record">The record; of one that is not whole, whose it is and the places that could be read, and nothing that would be
/// taken for fresh.</param>
/// <param name="Fault">Why it is not whole, in words; null when it is, or when there is none.</param>
internal sealed record LedgerReading(LedgerRecord Record, string? Fault)
{
    /// <summary>Why the file could not be read at all; it may know places.</summary>
    public Failure? Unread { get; init; }
}

/// <summary>
/// Reads the text of a ledger. It can be cut off, of another version or written by someone else: it never throws, and the places that
/// stand in it whole are kept, because nothing else knows where those copies are.
/// </summary>
/// <remarks>
/// Member by member, without a serializer: whose metadata cost a build more than everything else that it does with a ledger
/// (measured: What a due build compiles), and one ledger may know fifty thousand places.
/// </remarks>
internal static class LedgerText
{
    public static LedgerReading Read(ReadOnlySpan<byte> content)
    {
        var parser = new LedgerParser(content);
        string? fault;
        try
        {
            fault = parser.Parse() ? null : "it has an invalid value";
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            fault = "it is truncated, or not a ledger";
        }

        LedgerRecord record = parser.Record;
        if (record.Version != LedgerRecord.CurrentVersion)
        {
            fault = $"it has version {record.Version}";
        }

        return fault is null
            ? new LedgerReading(record, null)
            : new LedgerReading(
                new LedgerRecord
                {
                    Endpoint = record.Endpoint,
                    Instance = record.Instance,
                    Team = record.Team,
                    TeamId = record.TeamId,
                    TeamName = record.TeamName,
                    Places = record.Places,
                },
                fault);
    }

    public static ReadOnlyMemory<byte> Write(LedgerRecord record)
    {
        var text = new ArrayBufferWriter<byte>(256 + (record.Places.Count * 512));
        using (var writer = new Utf8JsonWriter(text, new JsonWriterOptions { Indented = true }))
        {
            LedgerPrinter.Print(writer, record);
        }

        return text.WrittenMemory;
    }
}
