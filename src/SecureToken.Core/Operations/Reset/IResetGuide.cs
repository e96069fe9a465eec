using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Reset;

/// <summary>What a reset asks and tells the user. A user interface implements it.</summary>
public interface IResetGuide
{
    /// <summary>Something that is better known before the token is reset than after.</summary>
    /// <param name="warning">The warning; it stands in the report too.</param>
    void Warn(Failure warning);

    /// <summary>Every destination is ready. Asks whether the request may be sent.</summary>
    /// <param name="request">The request.</param>
    /// <param name="scope">Whose token it resets.</param>
    /// <param name="destinations">How many destinations follow.</param>
    /// <param name="cancellation">Ends the wait.</param>
    Task<bool> ConfirmAsync(ResetRequest request, TokenScope scope, int destinations, CancellationToken cancellation);

    /// <summary>Every destination is ready, and it is the person's turn to press the button.</summary>
    /// <param name="page">Where the button is; there is no secret in it.</param>
    /// <param name="scope">Whose token is to be reset.</param>
    /// <param name="destinations">How many destinations follow.</param>
    /// <param name="limit">How long the new token is awaited.</param>
    void Point(Uri page, TokenScope scope, int destinations, TimeSpan limit);

    /// <summary>The token is still the same.</summary>
    /// <param name="trouble">Why the service could not be asked this time; it will be asked again.</param>
    void StillTheSame(Failure? trouble);

    /// <summary>There is a new token, and from now on nothing turns back.</summary>
    /// <param name="after">The fingerprint of the new token.</param>
    void Noticed(Fingerprint after);
}
