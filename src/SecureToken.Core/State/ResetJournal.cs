using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.State;

/// <summary>
/// What is left of a reset when it dies: the journal, which names it and its destinations, and the recovery file, which holds the new token
/// from before the first destination is written until after the last. Both exist only while a reset is not finished. Whoever holds the
/// journal is the only one on this machine that resets this token.
/// </summary>
public sealed class ResetJournal : IDisposable
{
    /// <summary>Long enough for one that only looks whether a reset is running, which takes the lock for a moment.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly FileLock _lock;
    private readonly SecretFile _journal;
    private readonly SecretFile _recovery;

    private ResetJournal(FileLock held, SecretFile journal, SecretFile recovery)
    {
        _lock = held;
        _journal = journal;
        _recovery = recovery;
    }

    /// <summary>Where the journal is.</summary>
    public string Path => _journal.Path;

    /// <summary>Takes the journal of a token; it need not exist.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="instance">The instance's GUID.</param>
    /// <param name="team">The team's id: the same token under whatever name the team was given.</param>
    /// <param name="shown">What the message names.</param>
    /// <param name="environment">Reads environment variables.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The journal; or 702 when another reset of the token is running; or what its files refuse.</returns>
    public static Result<ResetJournal> Open(
        string endpoint, string instance, long team, string shown, Func<string, string?> environment, CancellationToken cancellation)
    {
        if (!StateDirectory.Find(environment).Succeeded(out string? state, out Failure? failure))
        {
            return failure;
        }

        string name = NameOf(endpoint, instance, team);
        return Open(System.IO.Path.Combine(state, "resets", name + ".json"), LockOf(state, name), shown, cancellation);
    }

    /// <summary>The journals of resets that are not finished. Nothing is read where there is none.</summary>
    /// <param name="environment">Reads environment variables.</param>
    public static IReadOnlyList<UnfinishedReset> Unfinished(Func<string, string?> environment)
    {
        if (!StateDirectory.Find(environment).Succeeded(out string? state, out _)
            || System.IO.Path.Combine(state, "resets") is var directory && !Directory.Exists(directory))
        {
            return [];
        }

        try
        {
            return [.. Directory.EnumerateFiles(directory, "*.json").Order(StringComparer.Ordinal).Select(path => Look(state, path))];
        }
        catch (Exception e) when (FileErrors.Are(e))
        {
            return [];
        }
    }

    /// <summary>What the journal of a token says, without waiting for who holds it; null when there is none, or none to be read.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="instance">The instance's GUID.</param>
    /// <param name="team">The team's id.</param>
    /// <param name="environment">Reads environment variables.</param>
    public static ResetRecord? Peek(string endpoint, string instance, long team, Func<string, string?> environment)
    {
        if (!StateDirectory.Find(environment).Succeeded(out string? state, out _))
        {
            return null;
        }

        string path = System.IO.Path.Combine(state, "resets", NameOf(endpoint, instance, team) + ".json");
        Result<ResetRecord?> read = Parse(SecretFile.ReadUnlocked(path), path);
        return read.Failure is null ? read.Value : null;
    }

    /// <summary>The record; null when no reset is unfinished; or 717.</summary>
    public Result<ResetRecord?> Read() => Parse(_journal.Read(), Path);

    /// <summary>Makes a record durable.</summary>
    public Result<bool> Write(ResetRecord record) =>
        _journal.Write(JsonSerializer.SerializeToUtf8Bytes(record, ResetJson.Default.ResetRecord), static _ => true);

    /// <summary>Finds out whether the token could be saved.</summary>
    public Failure? Rehearse() => _recovery.Rehearse(Token.MaximumLength);

    /// <summary>Makes the new token durable, before any destination depends on it.</summary>
    public Result<bool> Save(Token token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return _recovery.Write(token.Utf8, token.Matches);
    }

    /// <summary>The token that was saved, or null. The caller disposes it.</summary>
    public Token? Recover()
    {
        byte[]? content = _recovery.Read() is { Failure: null } read ? read.Value : null;
        Token? token = content is null ? null : Token.TryCreate(content);
        CryptographicOperations.ZeroMemory(content);
        return token;
    }

    /// <summary>Nothing is left to do: the saved token goes first, so that no moment has it without the journal that tells of it.</summary>
    public Failure? Close() => _recovery.Delete().Failure ?? _journal.Delete().Failure;

    /// <inheritdoc/>
    public void Dispose()
    {
        _journal.Dispose();
        _recovery.Dispose();
        _lock.Dispose();
    }

    private static string NameOf(string endpoint, string instance, long team) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{endpoint}\n{instance}\n{team}"))[..12]);

    private static string LockOf(string state, string name) => System.IO.Path.Combine(state, "locks", $"reset-{name}.lock");

    private static Result<ResetJournal> Open(string path, string lockFile, string shown, CancellationToken cancellation)
    {
        Result<FileLock> held = FileLock.Acquire(lockFile, shown, Patience, cancellation);
        if (held.Failure is { } busy)
        {
            return busy.Descriptor == DiagnosticDescriptors.FileLocked
                ? Failure.Of(DiagnosticDescriptors.ResetRunning, shown, FileLock.HolderOf(lockFile)) : busy;
        }

        if (SecretFile.Under(path, held.Value).Succeeded(out SecretFile? journal, out Failure? failure)
            && SecretFile.Under(System.IO.Path.ChangeExtension(path, ".token"), held.Value)
                .Succeeded(out SecretFile? recovery, out failure))
        {
            return new ResetJournal(held.Value, journal, recovery);
        }

        held.Value.Dispose();
        return failure;
    }

    private static UnfinishedReset Look(string state, string path)
    {
        string name = System.IO.Path.GetFileNameWithoutExtension(path);
        Result<FileLock> held = FileLock.Acquire(LockOf(state, name), path, TimeSpan.Zero, CancellationToken.None);
        using FileLock? free = held.Failure is null ? held.Value : null;
        Result<ResetRecord?> read = Parse(SecretFile.ReadUnlocked(path), path);
        return new UnfinishedReset(
            path, read.Failure is null ? read.Value : null, IsRunning: held.Failure?.Descriptor == DiagnosticDescriptors.FileLocked);
    }

    private static Result<ResetRecord?> Parse(Result<byte[]?> read, string path) =>
        read.Failure is { } failure ? failure
            : read.Value is { } content ? Parse(content, path)
            : (ResetRecord?)null;

    /// <summary>What a journal says; or 717. Whatever stands in it, that is a value and never an exception.</summary>
    internal static Result<ResetRecord?> Parse(byte[] content, string path)
    {
        try
        {
            return JsonSerializer.Deserialize(content, ResetJson.Default.ResetRecord) is { Version: ResetRecord.CurrentVersion } record
                && IsWhole(record)
                ? record
                : Failure.Of(DiagnosticDescriptors.JournalUnreadable, path);
        }
        catch (JsonException)
        {
            return Failure.Of(DiagnosticDescriptors.JournalUnreadable, path);
        }
    }

    /// <summary>JSON can leave out or null what the types call required.</summary>
    private static bool IsWhole(ResetRecord record) =>
        record is { Endpoint: not null, IamEndpoint: not null, Instance: not null, Team: not null, Before: not null, Places: not null }
        && record.Places.All(place => place is { Kind: not null, Location: not null, Slot: not null });
}

/// <summary>A reset that is not finished.</summary>
/// <param name="Path">Its journal.</param>
/// <param name="Record">What the journal says; null when it cannot be read.</param>
/// <param name="IsRunning">Whether a process is at it now.</param>
public sealed record UnfinishedReset(string Path, ResetRecord? Record, bool IsRunning);
