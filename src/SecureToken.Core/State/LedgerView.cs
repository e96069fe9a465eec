using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;

namespace SecureToken.Core.State;

/// <summary>
/// A ledger that is looked at several times in a run. It is read again only when another file stands there: each writer makes a new one.
/// </summary>
/// <param name="path">The ledger.</param>
internal sealed class LedgerView(string path)
{
    private FileFacts? _facts;
    private LedgerRecord? _record;

    /// <summary>Why it could not be read when it was looked at last; null when it could, or when there is none.</summary>
    public Failure? Unread { get; private set; }

    /// <summary>What it says now. While the caller holds it, nobody changes that.</summary>
    public LedgerRecord Look()
    {
        // Taken before it is read: who writes in between is seen the next time.
        FileFacts? now = FileFacts.Of(path) is { Failure: null } looked ? looked.Value : null;
        if (_record is null || Unread is not null || now is not { } facts || _facts is not { } seen || !facts.IsUntouched(seen))
        {
            LedgerReading? reading = Ledger.Look(path);
            _record = reading?.Record ?? new LedgerRecord();
            Unread = reading?.Unread;
            _facts = now;
        }

        return _record;
    }
}
