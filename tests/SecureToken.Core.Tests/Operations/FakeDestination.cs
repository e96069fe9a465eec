using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Tests.Operations;

/// <summary>A place that takes a token and does not give it back.</summary>
internal sealed class FakeDestination(string location, bool isLasting = true) : Destination
{
    public int Sent { get; private set; }

    public override string Kind => "command";

    public override string Location => location;

    public override string Slot => "-";

    public override bool IsReadable => false;

    public override bool IsPersistent => isLasting;

    public override Failure? Check() => null;

    public override AccessSummary Explain() => new("nobody", null, "nowhere");

    public override Result<Token?> ReadToken() => throw new InvalidOperationException("It cannot be read.");

    public override Result<bool> Inject(FetchedToken currentToken, CancellationToken cancellation)
    {
        Sent++;
        return true;
    }

    public override Result<bool> Remove(CancellationToken cancellation) => throw new InvalidOperationException("It cannot be removed.");
}
