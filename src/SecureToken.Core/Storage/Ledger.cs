using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Storage;

/// <summary>
/// The ledger of one team's token, held under its lock: whoever holds it is the only one on this machine that asks the service for
/// this token now. It is a help, never a need: one that is missing, cut off, foreign or hostile reads as empty.
/// </summary>
public sealed class Ledger : IDisposable
{
    private readonly PrivateFile _file;

    private Ledger(PrivateFile file) => _file = file;

    /// <summary>The path of the ledger of a token.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="instance">The instance's GUID.</param>
    /// <param name="team">The team as the user named it.</param>
    /// <param name="environment">Reads environment variables.</param>
    public static Result<string> PathOf(string endpoint, string instance, string team, Func<string, string?> environment)
    {
        Result<string> state = StateDirectory.Find(environment);
        if (state.Failure is not null)
        {
            return state;
        }

        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{endpoint}\n{instance}\n{team}"))[..12]);
        return Path.Combine(state.Value, "ledger", name + ".json");
    }

    /// <summary>Takes the ledger, waiting for another holder until <paramref name="limit"/> is over.</summary>
    public static Result<Ledger> Open(string path, TimeSpan limit, CancellationToken cancellation) =>
        PrivateFile.Lock(path, path + ".lock", limit, cancellation).Succeeded(out PrivateFile? file, out Failure? failure) ? new Ledger(file) : failure;

    /// <summary>Looks without waiting for a holder; whatever cannot be read is empty.</summary>
    public static LedgerRecord Peek(string path) => Parse(PrivateFile.ReadUnlocked(path));

    /// <summary>Reads a record; whatever cannot be read is empty.</summary>
    public LedgerRecord Read() => Parse(_file.Read());

    /// <summary>Writes a record, whole or not at all; after a power cut the old one may be there again, or none, which costs a request.</summary>
    public Result<bool> Write(LedgerRecord record) =>
        _file.Write(JsonSerializer.SerializeToUtf8Bytes(record, LedgerJson.Default.LedgerRecord), static _ => true, isDurable: false);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static LedgerRecord Parse(Result<byte[]?> read)
    {
        if (!read.Succeeded(out byte[]? content, out _) || content is null)
        {
            return new LedgerRecord();
        }

        try
        {
            return JsonSerializer.Deserialize(content, LedgerJson.Default.LedgerRecord) is { Version: LedgerRecord.CurrentVersion } record && IsWhole(record)
                ? record
                : new LedgerRecord();
        }
        catch (JsonException)
        {
            return new LedgerRecord();
        }
    }

    /// <summary>JSON can leave out or null what the types call required.</summary>
    private static bool IsWhole(LedgerRecord record) =>
        record is { Endpoint: not null, Instance: not null, Team: not null, Served: not null, Places: not null }
        && record.Served.All(served => served is not null)
        && record.Places.All(place => place is { Kind: not null, Location: not null, Slot: not null, Fingerprint: not null })
        && record.LastFailure is null or { Code: not null, Message: not null, NextStep: not null, Served: not null, Dead: not null };
}
