using System.Security.Cryptography;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Destinations.Cluster;

/// <summary>
/// A key of a Secret in the cluster of this pod. Many may write it at once: each change names the version of the Secret that it was made
/// for, so of all who bring the same token one writes, and the others find it there.
/// </summary>
public sealed class ClusterSecret : Destination
{
    /// <summary>How often the rest of the Secret may change under our hands.</summary>
    private const int Attempts = 5;

    private readonly ServiceAccount _account;
    private readonly string _name;
    private readonly string? _namespace;
    private readonly string _key;
    private bool _isProvenWritable;

    internal ClusterSecret(ServiceAccount account, string name, string? inNamespace, string key)
    {
        _account = account;
        _name = name;
        _namespace = inNamespace;
        _key = key;
    }

    /// <inheritdoc/>
    public override string Kind => "kubernetes-api";

    /// <inheritdoc/>
    public override string Location => $"{Address} at {_account.Server?.GetLeftPart(UriPartial.Authority) ?? "no API server"}";

    /// <inheritdoc/>
    public override string Slot => _key;

    /// <inheritdoc/>
    public override string? AfterReset => Reloads ? null : $"restart the pods that have the Secret {Address} in their environment";

    /// <summary>How long the network may take; others in tests.</summary>
    internal TransportOptions Transport { get; init; } = new();

    private SecretAddress Address => new(_name, _namespace ?? _account.Namespace, _key);

    /// <inheritdoc/>
    public override Failure? Check()
    {
        if (!Open().Succeeded(out ClusterClient? client, out Failure? failure))
        {
            return failure;
        }

        client.Dispose();
        Result<ComputeToken> token = _account.ReadToken();
        using (token.Failure is null ? token.Value : null)
        {
            return token.Failure is { } unreadable
                ? Failure.Of(DiagnosticDescriptors.NotInCluster, Address, unreadable.Message.TrimEnd('.')) : null;
        }
    }

    /// <inheritdoc/>
    public override AccessSummary Explain() => new(
        "whoever may read Secrets of the namespace, and the pods that mount it", null,
        "it is printed nowhere; the audit log of the cluster holds it if its policy records the bodies of requests for Secrets");

    /// <inheritdoc/>
    public override Failure? Rehearse(CancellationToken cancellation) => Run<bool>(
        async client =>
        {
            Result<SecretSnapshot> read = await client.GetAsync(cancellation);
            using SecretSnapshot? found = read.Failure is null ? read.Value : null;
            return found is null ? read.Failure! : await ProveAsync(client, found, cancellation) is { } refused ? refused : true;
        }).Failure;

    /// <inheritdoc/>
    public override Result<Token?> ReadToken() => Look<Token?>(found => found.Value is { } value ? Template.Extract(value) : default(Token));

    /// <inheritdoc/>
    public override Result<bool> IsOccupied() => Look<bool>(found => found.Value is not null);

    /// <inheritdoc/>
    public override Result<bool> Inject(FetchedToken currentToken, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(currentToken);
        return Run(client => InjectAsync(client, currentToken, cancellation));
    }

    /// <inheritdoc/>
    public override Result<bool> Remove(CancellationToken cancellation) => Run(client => RemoveAsync(client, cancellation));

    private Result<ClusterClient> Open() => ClusterClient.Open(_account, Address, Transport);

    private Failure TooManyChanges() =>
        Failure.Of(DiagnosticDescriptors.ClusterConflict, Address, $"it was changed {Attempts} times while it was updated");

    /// <summary>What there is to say of the Secret as it is now.</summary>
    private Result<T> Look<T>(Func<SecretSnapshot, Result<T>> say) => Run(
        async client =>
        {
            Result<SecretSnapshot> read = await client.GetAsync(CancellationToken.None);
            using SecretSnapshot? found = read.Failure is null ? read.Value : null;
            return found is null ? read.Failure! : say(found);
        });

    /// <summary>Destinations are written by threads of their own, so one may wait here.</summary>
    private Result<T> Run<T>(Func<ClusterClient, Task<Result<T>>> work)
    {
        if (!Open().Succeeded(out ClusterClient? client, out Failure? failure))
        {
            return failure;
        }

        using (client)
        {
            return Task.Run(() => work(client)).GetAwaiter().GetResult();
        }
    }

    private async Task<Result<bool>> InjectAsync(ClusterClient client, FetchedToken currentToken, CancellationToken cancellation)
    {
        byte[] value = Template.Fill(currentToken.Token.Utf8);
        byte[]? before = null;
        try
        {
            for (int attempt = 0; attempt < Attempts; attempt++)
            {
                Result<SecretSnapshot> read = await client.GetAsync(cancellation);
                using SecretSnapshot? found = read.Failure is null ? read.Value : null;
                if (found is null)
                {
                    return read.Failure!;
                }

                if (found.Holds(value) && (Address.Annotation is null || found.Fingerprint == currentToken.Fingerprint.Value))
                {
                    // Where nothing is to be written, nothing would show before the next reset that nothing can be.
                    return await ProveAsync(client, found, cancellation) is { } refused ? refused : false;
                }

                // Someone wrote another token since we looked first. Theirs may be the newer one: whoever asks the service now knows.
                if (attempt > 0 && !found.Holds(value) && !(found.Value ?? []).AsSpan().SequenceEqual(before))
                {
                    return Failure.Of(DiagnosticDescriptors.ClusterConflict, Address, "another token was written to it at the same time");
                }

                before ??= [.. found.Value ?? []];
                Result<bool>? written = await WriteAsync(client, found, value, currentToken.Fingerprint, cancellation);
                if (written is not null)
                {
                    return written;
                }
            }

            return TooManyChanges();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(value);
            CryptographicOperations.ZeroMemory(before);
        }
    }

    /// <summary>True, a failure, or null when the Secret has changed since it was read.</summary>
    private async Task<Result<bool>?> WriteAsync(
        ClusterClient client, SecretSnapshot found, byte[] value, Fingerprint fingerprint, CancellationToken cancellation)
    {
        if (found.IsImmutable)
        {
            return Failure.Of(DiagnosticDescriptors.ClusterPatchRefused, Address, "it is immutable");
        }

        byte[] body = InputShapes.SecretPatch(value, found.Version, Address.Annotation, fingerprint, _key);
        try
        {
            Result<SecretSnapshot> patched = await client.PatchAsync(body, isRehearsal: false, cancellation);
            using SecretSnapshot? now = patched.Failure is null ? patched.Value : null;
            if (now is null)
            {
                return patched.Failure!.Descriptor == DiagnosticDescriptors.ClusterConflict ? (Result<bool>?)null : patched.Failure;
            }

            _isProvenWritable = true;
            return now.Holds(value) ? true : Failure.Of(DiagnosticDescriptors.ClusterSecretNotKept, Address, _key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(body);
        }
    }

    /// <summary>Asks the server once whether it would take a change. A change meanwhile by others proves as much of us.</summary>
    private async Task<Failure?> ProveAsync(ClusterClient client, SecretSnapshot found, CancellationToken cancellation)
    {
        if (_isProvenWritable)
        {
            return null;
        }

        if (found.IsImmutable)
        {
            return Failure.Of(DiagnosticDescriptors.ClusterPatchRefused, Address, "it is immutable");
        }

        Result<SecretSnapshot> tried = await client.PatchAsync(InputShapes.EmptyPatch(found.Version), isRehearsal: true, cancellation);
        using SecretSnapshot? would = tried.Failure is null ? tried.Value : null;
        _isProvenWritable = would is not null || tried.Failure!.Descriptor == DiagnosticDescriptors.ClusterConflict;
        return _isProvenWritable ? null : tried.Failure;
    }

    private async Task<Result<bool>> RemoveAsync(ClusterClient client, CancellationToken cancellation)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            Result<SecretSnapshot> read = await client.GetAsync(cancellation);
            using SecretSnapshot? found = read.Failure is null ? read.Value : null;
            if (found is null)
            {
                return read.Failure!.Descriptor == DiagnosticDescriptors.ClusterSecretMissing ? false : read.Failure;
            }

            if (found.Value is null && found.Fingerprint is null)
            {
                return false;
            }

            Result<SecretSnapshot> patched = await client.PatchAsync(
                InputShapes.SecretRemovalPatch(found.Version, Address.Annotation, _key), isRehearsal: false, cancellation);
            using SecretSnapshot? now = patched.Failure is null ? patched.Value : null;
            if (now is not null)
            {
                return true;
            }

            if (patched.Failure!.Descriptor != DiagnosticDescriptors.ClusterConflict)
            {
                return patched.Failure;
            }
        }

        return TooManyChanges();
    }
}
