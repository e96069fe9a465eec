using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Operations.Watch;

/// <summary>What a watch tells.</summary>
public enum WatchEventKind
{
    /// <summary>The token was asked for the first time, and what hangs on it has it.</summary>
    Watching,

    /// <summary>The token is another one, or a destination that had failed was tried again: what became of the destinations.</summary>
    Brought,

    /// <summary>The token cannot be learned, see the failure. It is told once, until it is another failure or over.</summary>
    Trouble,

    /// <summary>The token can be learned again.</summary>
    Recovered,
}

/// <summary>One event of a watch; there is no secret in it.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="At">When (UTC).</param>
/// <param name="Team">Whose token it is about, as the user named it until the service has told.</param>
public sealed record WatchEvent(WatchEventKind Kind, DateTimeOffset At, string Team)
{
    /// <summary>Where the token belongs, when that is known.</summary>
    public TokenScope? Scope { get; init; }

    /// <summary>The fingerprint of the token before.</summary>
    public Fingerprint? Before { get; init; }

    /// <summary>The fingerprint of the token now.</summary>
    public Fingerprint? Now { get; init; }

    /// <summary>What became of the destinations.</summary>
    public IReadOnlyList<DestinationReport> Destinations { get; init; } = [];

    /// <summary>What the user should know of the token and, at the beginning, of the destinations.</summary>
    public IReadOnlyList<Failure> Warnings { get; init; } = [];

    /// <summary>Why the token cannot be learned.</summary>
    public Failure? Failure { get; init; }

    /// <summary>After which pause the token is asked for again.</summary>
    public TimeSpan Pause { get; init; }
}

/// <summary>How often a watch asks.</summary>
public sealed record WatchTimes
{
    /// <summary>The shortest interval that a person may choose: the service is everybody's.</summary>
    public static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(5);

    /// <summary>The longest one.</summary>
    public static readonly TimeSpan LongestInterval = TimeSpan.FromDays(1);

    /// <summary>The pause between two questions.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The pause before a new token that is not accepted yet is tried again; doubled each time, up to the interval.</summary>
    public TimeSpan Proof { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>What the pause grows to while the service cannot be asked, unless the interval is longer.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the service may ask us to stay away.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromHours(1);
}
