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

    /// <summary>What it says now. While the caller holds it, nobody changes that.</summary>
    public LedgerRecord Look()
    {
        // Taken before it is read: who writes in between is seen the next time.
        FileFacts? now = FileFacts.Of(path) is { Failure: null } looked ? looked.Value : null;
        if (_record is null || now is not { } facts || _facts is not { } seen || !facts.IsUntouched(seen))
        {
            _record = Ledger.Peek(path);
            _facts = now;
        }

        return _record;
    }
}
