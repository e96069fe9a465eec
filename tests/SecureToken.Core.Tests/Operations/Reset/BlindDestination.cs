using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;

namespace SecureToken.Core.Tests.Operations.Reset;

/// <summary>A place that takes a token and shows it to nobody, as a command does.</summary>
internal sealed class BlindDestination : Destination
{
    public Action Given { get; set; } = () => { };

    public string? Holds { get; private set; }

    public int Times { get; private set; }

    public override string Kind => "command";

    public override string Location => "a store";

    public override string Slot => "TOKEN";

    public override bool IsReadable => false;

    public override Failure? Check() => null;

    public override AccessSummary Explain() => new("nobody", null, "nowhere");

    public override Result<Core.Secrets.Token?> ReadToken() => (Core.Secrets.Token?)null;

    public override Result<bool> Remove(CancellationToken cancellation) => false;

    public override Result<bool> Inject(FetchedToken currentToken, CancellationToken cancellation)
    {
        Holds = System.Text.Encoding.ASCII.GetString(currentToken.Token.Utf8);
        Times++;
        Given();
        return true;
    }
}
