using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Destinations;

/// <summary>A place that is remembered and cannot be described any more, so that it is named and not forgotten.</summary>
internal sealed class LostDestination : Destination
{
    private readonly Failure _reason;

    public LostDestination(string kind, string location, string slot, Failure reason)
    {
        Kind = kind;
        Location = location;
        Slot = slot;
        _reason = reason;
    }

    public override string Kind { get; }

    public override string Location { get; }

    public override string Slot { get; }

    public override bool IsReadable => false;

    public override Failure? Check() => _reason;

    public override AccessSummary Explain() => new("nobody knows", null, "nobody knows");

    public override Result<Token?> ReadToken() => _reason;

    public override Result<bool> Inject(FetchedToken currentToken, CancellationToken cancellation) => _reason;

    public override Result<bool> Remove(CancellationToken cancellation) => _reason;
}
