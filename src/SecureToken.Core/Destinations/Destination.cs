using SecureToken.Core.Diagnostics;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Destinations;

/// <summary>One place that holds a copy of the token.</summary>
public abstract class Destination
{
    /// <summary>The kind, as settings spell it: <c>user-secrets</c>, <c>dotenv</c>, …</summary>
    public abstract string Kind { get; }

    /// <summary>Where it is: a path.</summary>
    public abstract string Location { get; }

    /// <summary>Under which key or names the token stands there.</summary>
    public abstract string Slot { get; }

    /// <summary>Looks before anything is requested: a failure when the token may not go there, else warnings.</summary>
    public abstract Result<IReadOnlyList<Failure>> Check();

    /// <summary>The token that stands there now, or null. The caller disposes it.</summary>
    public abstract Result<Token?> ReadToken();

    /// <summary>Brings the place to <paramref name="token"/> and reads it back: true when it was written, false when it was current.</summary>
    public abstract Result<bool> Inject(Token token, CancellationToken cancellation);
}
