using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Settings;
using SecureToken.Core.Timing;

namespace SecureToken.Core.Operations.Reset;

/// <summary>A reset of one token.</summary>
/// <param name="Token">Which token, who we are, and where the new one goes.</param>
public sealed record ResetPlan(InjectPlan Token)
{
    /// <summary>The request that resets; null to guide a person through the page.</summary>
    public ResetRequest? Request { get; init; }

    /// <summary>Whether the request was confirmed when the command was given, so that nobody is asked.</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>Whether the copies are the token of the person who is logged in to the browser, whatever identity reads it here.</summary>
    public bool AssumesBrowserUser { get; init; }

    /// <summary>Whether everything is done but the reset itself, with the current token.</summary>
    public bool IsRehearsal { get; init; }

    /// <summary>Whether the copies of the token that the ledger knows, in other projects and repositories, follow too.</summary>
    public bool IncludesKnown { get; init; }

    /// <summary>How long things may take.</summary>
    public ResetTimes Times { get; init; } = new();
}

/// <summary>How long the parts of a reset may take.</summary>
public sealed record ResetTimes
{
    /// <summary>How long a person is awaited.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long after the first look at the token the second one is; it grows up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause between two looks. The outage begins in one of these pauses, so it is part of the outage.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long after a request the token may take to change.</summary>
    public TimeSpan Settling { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the new token may take to be accepted, and then the old one to be refused.</summary>
    public TimeSpan Proof { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the lock of one destination is awaited.</summary>
    public TimeSpan Lock { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The pauses grow slowly: most people press the button within a minute, and the outage is as long as the pause.</summary>
    internal Backoff Pauses => new(FirstPause, LongestPause, Factor: 1.05);
}
