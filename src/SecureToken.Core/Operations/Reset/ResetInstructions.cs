using SecureToken.Core.Destinations;
using SecureToken.Core.Model;

namespace SecureToken.Core.Operations.Reset;

/// <summary>
/// What a person needs to know to press the right button. <em>Reset Token</em> resets the token of whoever is logged in, in the selected
/// team.
/// </summary>
/// <param name="Scope">The team whose token is to be reset.</param>
/// <param name="Identity">As whom to log in; null when the IAM token does not say.</param>
/// <param name="Page">Where the button is; null where that page would be another product's.</param>
/// <param name="Destinations">What follows.</param>
/// <param name="Limit">How long the new token is awaited.</param>
public sealed record ResetInstructions(
    TokenScope Scope, TokenIdentity? Identity, Uri? Page, IReadOnlyList<Destination> Destinations, TimeSpan Limit)
{
    /// <summary>Whether the person gives us the new token, because no credential reads it.</summary>
    public bool IsTokenGiven { get; init; }

    /// <summary>The page with the button. Behind a Monitoring host the same address is the page of Monitoring.</summary>
    public static Uri? PageOf(Endpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return endpoint.Host.EndsWith(".monitoring.cloud.ibm.com", StringComparison.OrdinalIgnoreCase)
            ? null : endpoint.Resolve("/#/settings/user");
    }
}
