using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Destinations;

/// <summary>One place that holds a copy of the token.</summary>
public abstract class Destination
{
    /// <summary>The kind, as settings spell it: <c>user-secrets</c>, <c>dotenv</c>, …</summary>
    public abstract string Kind { get; }

    /// <summary>Where it is: a path, or the command that takes it.</summary>
    public abstract string Location { get; }

    /// <summary>Under which key or names the token stands there.</summary>
    public abstract string Slot { get; }

    /// <summary>What is stored: the token, or with text around it.</summary>
    public ValueTemplate Template { get; init; } = ValueTemplate.TokenAlone;

    /// <summary>Where the settings name it, for messages: <c>sectoken.json(12,7)</c>; null for an option.</summary>
    public string? DeclaredAt { get; init; }

    /// <summary>The project or the settings file that names it; null for an option.</summary>
    public string? DeclaredBy { get; set; }

    /// <summary>
    /// What the settings say of the programs that read the copy: whether they take a new token by themselves; null when they say nothing.
    /// </summary>
    public bool? DeclaredReloads { get; set; }

    /// <summary>Whether the programs that read the copy take a new token without a restart: by the settings, else by the kind.</summary>
    public bool Reloads => DeclaredReloads ?? ReloadsByDefault;

    /// <summary>Whether the copy can be read back. Of one that cannot, the ledger alone knows what was sent.</summary>
    public virtual bool IsReadable => true;

    /// <summary>Whether the copy outlives the job that made it, so that the ledger remembers it.</summary>
    public virtual bool IsPersistent => true;

    /// <summary>The file that git must not know; null when there is none.</summary>
    public virtual string? GuardedPath => null;

    /// <summary>The lock that all writers of the place take; null when there is none.</summary>
    public virtual string? LockFile => null;

    /// <summary>Looks before anything is requested: why the token cannot go there, or null. Nothing is written.</summary>
    public abstract Failure? Check();

    /// <summary>Finds out whether the place would take another token now: why not, or null. Nothing of it changes.</summary>
    public virtual Failure? Rehearse(CancellationToken cancellation) => null;

    /// <summary>Who will be able to read the copy.</summary>
    public abstract AccessSummary Explain();

    /// <summary>What the user should know before the token goes there. Nothing is written.</summary>
    public virtual IReadOnlyList<Failure> Warnings() => [];

    /// <summary>What the last write could not keep; empty when nothing was lost.</summary>
    public virtual IReadOnlyList<Failure> Losses => [];

    /// <summary>What stops no run, and someone should know who wonders why a copy does not serve. Nothing is written.</summary>
    public virtual IReadOnlyList<Failure> Remarks() => [];

    /// <summary>
    /// What a person has to do after a reset, once the new token stands there, so that it takes effect; null when nothing is left.
    /// </summary>
    public virtual string? AfterReset => null;

    /// <summary>Whether what reads a place of this kind takes a new token without a restart, unless the settings say otherwise.</summary>
    private protected virtual bool ReloadsByDefault => false;

    /// <summary>The token that stands there now, or null. The caller disposes it.</summary>
    public abstract Result<Token?> ReadToken();

    /// <summary>Whether a value stands there, be it a token or not.</summary>
    public virtual Result<bool> IsOccupied()
    {
        Result<Token?> read = ReadToken();
        using Token? copy = read.Failure is null ? read.Value : null;
        return read.Failure is { } failure ? failure : copy is not null;
    }

    /// <summary>Brings the place to the token and reads it back: true when it was written, false when it was current.</summary>
    public abstract Result<bool> Inject(FetchedToken currentToken, CancellationToken cancellation);

    /// <summary>Takes the copy out: true when there was one.</summary>
    public abstract Result<bool> Remove(CancellationToken cancellation);
}
