using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Watch;
using SecureToken.Core.Processes;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Run;

/// <summary>What happens to a program when a token in its environment was reset.</summary>
public enum OnReset
{
    /// <summary>Nothing: nobody looks.</summary>
    Ignore,

    /// <summary>It is ended and started again, with the new token.</summary>
    Restart,

    /// <summary>It gets a signal. Its environment stays as it was: this is for a program that reads a file again.</summary>
    Signal,

    /// <summary>It is ended, and whoever supervises us starts all of it again.</summary>
    Exit,
}

/// <summary>A program that is kept on the current tokens.</summary>
/// <param name="Settings">Which tokens.</param>
/// <param name="Credentials">Who we are.</param>
/// <param name="Transport">How to ask.</param>
/// <param name="Program">Absolute path of the program.</param>
/// <param name="Line">Its name as it was given, then its arguments.</param>
/// <param name="Environment">Makes its environment from the tokens, one for each of the settings.</param>
public sealed record SupervisedProcessPlan(
    IReadOnlyList<TokenSettings> Settings,
    CredentialOptions Credentials,
    TransportOptions Transport,
    string Program,
    IReadOnlyList<string> Line,
    Func<IReadOnlyList<FetchedToken>, ChildEnvironment> Environment)
{
    /// <summary>What happens when a token was reset.</summary>
    public OnReset OnReset { get; init; }

    /// <summary>The number of the signal that it gets then.</summary>
    public int Signal { get; init; } = Signals.HangUp;

    /// <summary>How long after SIGTERM it may take to end before it is killed.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the tokens are asked for.</summary>
    public WatchTimes Times { get; init; } = new();

    /// <summary>Where its standard output goes with tokens masked; null for the program's own way to it.</summary>
    public Stream? Output { get; init; }

    /// <summary>The same for standard error.</summary>
    public Stream? Error { get; init; }

    /// <summary>Told of resets and troubles, one at a time.</summary>
    public Action<WatchEvent> Tell { get; init; } = static _ => { };
}
