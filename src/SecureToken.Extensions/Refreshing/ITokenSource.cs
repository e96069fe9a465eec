using SecureToken.Core.Diagnostics;

namespace SecureToken.Extensions.Refreshing;

/// <summary>Where the token of a program comes from. It is read by one caller at a time.</summary>
internal interface ITokenSource : IDisposable
{
    /// <summary>How long the service asked to be left alone with its last answer, or null.</summary>
    TimeSpan? RetryAfter { get; }

    /// <summary>Whether it notices another token by itself.</summary>
    bool IsFollowing { get; }

    /// <summary>The token that the source has now.</summary>
    /// <param name="current">The token in use; it comes back itself when the source has the same.</param>
    /// <param name="cancellation">Ends the wait.</param>
    Task<Result<TokenSnapshot>> ReadAsync(TokenSnapshot? current, CancellationToken cancellation);
}
