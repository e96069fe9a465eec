using System.Security.Cryptography;
using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;

namespace SecureToken.Core.State;

/// <summary>
/// The ledger of one team's token, held under its lock: whoever holds it is the only one on this machine that asks the service for
/// this token now. It is a help, never a need: one that is missing, cut off, foreign or hostile answers nothing, see
/// <see cref="LedgerText"/>.
/// </summary>
public sealed class Ledger : IDisposable
{
    /// <summary>The directory of the ledgers, below the state directory.</summary>
    internal const string DirectoryName = "ledger";

    private readonly SecretFile _file;

    // Who holds it is the only one who writes it.
    private LedgerRecord? _record;

    // Why it could not be read. Then it is not written either: what it knows would be lost.
    private Failure? _unread;

    private Ledger(SecretFile file) => _file = file;

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
        return Path.Combine(state.Value, DirectoryName, name + ".json");
    }

    /// <summary>Takes the ledger, waiting for another holder until <paramref name="limit"/> is over.</summary>
    public static Result<Ledger> Open(string path, TimeSpan limit, CancellationToken cancellation) =>
        SecretFile.Lock(path, path + ".lock", limit, isSecret: false, cancellation).Succeeded(out SecretFile? file, out Failure? failure)
            ? new Ledger(file) : failure;

    /// <summary>Looks without waiting for a holder; of what is not whole only the places that can be read are known.</summary>
    public static LedgerRecord Peek(string path) => Look(path)?.Record ?? new LedgerRecord();

    /// <summary>Reads the record; of what is not whole only the places that can be read are known.</summary>
    public LedgerRecord Read() =>
        _record ??= _file.Read().Succeeded(out byte[]? content, out _unread) && content is not null
            ? LedgerText.Read(content).Record : new LedgerRecord();

    /// <summary>The same, of a ledger that was looked at before it was taken.</summary>
    internal LedgerRecord Read(LedgerView view)
    {
        if (_record is null)
        {
            _record = view.Look();
            _unread = view.Unread;
        }

        return _record;
    }

    /// <summary>
    /// Writes a record, whole or not at all. With a place that it did not know it is on the disk when this returns, because nothing else
    /// knows where that copy is; otherwise the old record may be there again after a power cut, which costs a request. One that could not
    /// be read is left as it is.
    /// </summary>
    public Result<bool> Write(LedgerRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        LedgerRecord old = Read();
        if (_unread is { } failure)
        {
            _record = null;
            return failure;
        }

        bool hasNewPlace = LedgerPlaces.Of(record.Places).HasMoreThan(LedgerPlaces.Of(old.Places));
        Result<bool> written = _file.WritePieces(LedgerText.Write(record), hasNewPlace ? Durability.Full : Durability.Whole);
        _record = written.Failure is null ? record : null;
        return written;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Looks without waiting for a holder, and says also why the ledger is not whole; null when there is none.</summary>
    internal static LedgerReading? Look(string path)
    {
        Result<byte[]?> read = SecretFile.ReadUnlocked(path, isSecret: false);
        return read.Failure is { } failure ? new LedgerReading(new LedgerRecord(), failure.Message.TrimEnd('.')) { Unread = failure }
            : read.Value is { } content ? LedgerText.Read(content)
            : null;
    }
}
