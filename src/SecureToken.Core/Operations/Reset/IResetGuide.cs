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

    /// <summary>
    /// Some copies hold an earlier token, so the token was probably reset already. Asks whether to update them instead of resetting again.
    /// </summary>
    /// <param name="warning">The same, as a message.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Whether the copies are to be updated, and nothing is to be reset.</returns>
    Task<bool> ConfirmUpdateAsync(Failure warning, CancellationToken cancellation);

    /// <summary>Every destination is ready, and it is the person's turn to press the button.</summary>
    /// <param name="instructions">As whom, in which team, where.</param>
    void Point(ResetInstructions instructions);

    /// <summary>Completes when the person says that the button was pressed. Never, where nobody can say so.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    Task WhenPressedAsync(CancellationToken cancellation);

    /// <summary>What was given as the new token is not it.</summary>
    /// <param name="failure">Why.</param>
    /// <returns>Whether the person is asked again.</returns>
    bool AsksAgain(Failure failure);

    /// <summary>The button was pressed in another team.</summary>
    /// <param name="warning">Which one, and what to do.</param>
    void OtherTeamWasReset(Failure warning);

    /// <summary>The token is still the same.</summary>
    /// <param name="trouble">Why the service could not be asked this time; it will be asked again.</param>
    void StillTheSame(Failure? trouble);

    /// <summary>There is a new token, and from now on nothing turns back.</summary>
    /// <param name="after">The fingerprint of the new token.</param>
    void Noticed(Fingerprint after);
}
