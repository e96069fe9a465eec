using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Reset;

/// <summary>How a token came to be reset.</summary>
public enum ResetManner
{
    /// <summary>A person pressed the button of the page.</summary>
    Guided,

    /// <summary>The request of the settings was sent.</summary>
    Requested,

    /// <summary>It was not: everything else was done with the current token.</summary>
    Rehearsed,

    /// <summary>It was reset before, and this run updated the copies.</summary>
    Updated,

    /// <summary>An earlier run did it, and this one finished what that one had left.</summary>
    Resumed,
}

/// <summary>What became of one destination of a reset.</summary>
/// <param name="Result">The outcome.</param>
/// <param name="Milliseconds">How long after the new token was known it was done; null when it was not.</param>
public sealed record ResetDestination(DestinationReport Result, double? Milliseconds);

/// <summary>How long the copies were dead: from the old token's end to the last destination.</summary>
/// <remarks>
/// The service does not tell when it ended, so it lies between the last moment when the old token was seen alive and the first when it was
/// seen refused. Both are told, since the difference is a pause between two looks.
/// </remarks>
/// <param name="AtMostSeconds">From the last moment when the old token was seen alive.</param>
/// <param name="AtLeastSeconds">From the first moment when the old token was seen refused; null when that moment is not known.</param>
public sealed record ResetOutage(double AtMostSeconds, double? AtLeastSeconds);

/// <summary>The result of a reset: the receipt. It holds no secret.</summary>
public sealed record ResetReport
{
    /// <summary>What went wrong, the weightiest first; empty when nothing did.</summary>
    public IReadOnlyList<Failure> Failures { get; init; } = [];

    /// <summary>What the user should know besides.</summary>
    public IReadOnlyList<Failure> Warnings { get; init; } = [];

    /// <summary>How it came about.</summary>
    public ResetManner Manner { get; init; }

    /// <summary>Which token was meant.</summary>
    public TokenSettings? Settings { get; init; }

    /// <summary>Where the token belongs, when that is known.</summary>
    public TokenScope? Scope { get; init; }

    /// <summary>Where the credential came from, when one was used.</summary>
    public string? CredentialSource { get; init; }

    /// <summary>Whose token it is, when IAM said so.</summary>
    public TokenIdentity? Identity { get; init; }

    /// <summary>When it began (UTC).</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended (UTC).</summary>
    public DateTimeOffset EndedAt { get; init; }

    /// <summary>The fingerprint of the token before.</summary>
    public Fingerprint? Before { get; init; }

    /// <summary>The fingerprint of the token that the destinations were updated to.</summary>
    public Fingerprint? After { get; init; }

    /// <summary>One entry for each destination.</summary>
    public IReadOnlyList<ResetDestination> Destinations { get; init; } = [];

    /// <summary>Whether the old token was seen refused; null when nobody could be asked.</summary>
    public bool? IsOldTokenRefused { get; init; }

    /// <summary>
    /// How long the copies were dead, or after a rehearsal would be; null when the token was not reset, or the outage goes on.
    /// </summary>
    public ResetOutage? Outage { get; init; }

    /// <summary>What a person has to do so that every program uses the new token.</summary>
    public IReadOnlyList<string> Todo { get; init; } = [];

    /// <summary>The answers that prove it.</summary>
    public IReadOnlyList<ResponseEvidence> Evidence { get; init; } = [];

    /// <summary>Whether there is another token than before.</summary>
    public bool WasReset => Before is { } before && After is { } after && before != after;

    /// <summary>The exit status that says it all.</summary>
    public ExitStatus Exit => Failures is [var first, ..] ? first.Descriptor.Exit : ExitStatus.Done;
}
