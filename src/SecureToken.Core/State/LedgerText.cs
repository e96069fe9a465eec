using System.Buffers;
using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Text;

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
    /// <summary>From this length on a run of places is written from the text in which it stood.</summary>
    private const int LongRun = 16 * 1024;

    private static JsonWriterOptions Options => new() { Indented = true, NewLine = "\n" };

    /// <param name="content">The text; the places that are not asked for stay there, so it may not be changed.</param>
    public static LedgerReading Read(ReadOnlyMemory<byte> content)
    {
        var parser = new LedgerParser(content.Span, new SharedTexts());
        string? fault;
        try
        {
            fault = parser.Parse() ? null : "it has an invalid value";
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            fault = "it is truncated, or not a ledger";
        }

        LedgerRecord record = parser.RecordOf(content);
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

    /// <summary>The text in pieces, one after the other.</summary>
    public static ReadOnlyMemory<byte>[] Write(LedgerRecord record)
    {
        LedgerPlaces places = LedgerPlaces.Of(record.Places);
        var text = new ArrayBufferWriter<byte>(1024 + (places.Added.Count * 512));
        int head;
        using (var writer = new Utf8JsonWriter(text, Options))
        {
            LedgerPrinter.PrintHead(writer, record);
            writer.Flush();
            head = text.WrittenCount;
            LedgerPrinter.PrintTail(writer, places.Added, record);
        }

        if (places.Spans.Count == 0)
        {
            return [text.WrittenMemory];
        }

        // The writer knows nothing of the places that are put between its two parts.
        PieceList pieces = new();
        pieces.Add(text.WrittenMemory[..head]);
        pieces.Add("\n    "u8);
        AddRuns(pieces, places);
        pieces.Add(places.Added.Count > 0 ? ","u8 : "\n  "u8);
        pieces.Add(text.WrittenMemory[head..]);
        return pieces.ToArray();
    }

    /// <summary>Places that stood one after the other are one run, with what stands between them.</summary>
    private static void AddRuns(PieceList pieces, LedgerPlaces places)
    {
        ReadOnlySpan<byte> text = places.Text.Span;
        for (int i = 0; i < places.Spans.Count;)
        {
            int start = places.Spans[i].Start;
            int end;
            do
            {
                end = places.Spans[i].Start + places.Spans[i].Length;
                i++;
            }
            while (i < places.Spans.Count && IsComma(text[end..places.Spans[i].Start]));
            pieces.Add(places.Text[start..end]);
            if (i < places.Spans.Count)
            {
                pieces.Add(",\n    "u8);
            }
        }
    }

    /// <summary>Whether nothing else stands between two places: another place that was taken out, or something that was none.</summary>
    private static bool IsComma(ReadOnlySpan<byte> between) => Bytes.Trim(between) is [(byte)','];

    /// <summary>Long pieces as they are, and short ones put together.</summary>
    private sealed class PieceList
    {
        private readonly List<ReadOnlyMemory<byte>> _pieces = [];
        private ArrayBufferWriter<byte> _short = new();

        public void Add(ReadOnlyMemory<byte> piece)
        {
            if (piece.Length < LongRun)
            {
                Add(piece.Span);
                return;
            }

            Flush();
            _pieces.Add(piece);
        }

        public void Add(ReadOnlySpan<byte> piece)
        {
            _short.Write(piece);
            if (_short.WrittenCount > 4 * LongRun)
            {
                Flush();
            }
        }

        public ReadOnlyMemory<byte>[] ToArray()
        {
            Flush();
            return [.. _pieces];
        }

        private void Flush()
        {
            if (_short.WrittenCount > 0)
            {
                _pieces.Add(_short.WrittenMemory);
                _short = new ArrayBufferWriter<byte>();
            }
        }
    }
}
