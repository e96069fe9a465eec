using System.Runtime.CompilerServices;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Interop;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Identity;

/// <summary>
/// The IAM token of one run, shared by all its calls: a run with ten teams asks IAM once. It lives in memory only and is renewed near its
/// end, so a run that waits for hours (a reset) always has a living one. Safe to use from several calls at once.
/// </summary>
public sealed class IamSession : IDisposable
{
    /// <summary>A token that is renewed later than this before its end could end on its way.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    private readonly Endpoint _iam;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _gate = new(1, 1);

    // An earlier one may still be on its way with another call, so all of them live until the end.
    private readonly List<IamToken> _minted = [];
    private DateTimeOffset _renewAt;
    private bool _wasRefused;
    private Failure? _refusal;

    /// <summary>A session of one credential at one IAM endpoint. Nothing is asked before a token is needed.</summary>
    /// <param name="credential">Who we are; it stays the caller's.</param>
    /// <param name="iam">The IAM endpoint.</param>
    /// <param name="clock">The clock.</param>
    public IamSession(Credential credential, Endpoint iam, TimeProvider clock)
    {
        Credential = credential;
        _iam = iam;
        _clock = clock;
    }

    /// <summary>Who we are.</summary>
    public Credential Credential { get; }

    /// <summary>True until IAM was asked: there is time to open other connections meanwhile.</summary>
    internal bool WillAsk => Credential.AsksIam && _minted.Count == 0;

    /// <summary>
    /// The IAM token, minted when there is none or the last one is near its end. It belongs to the session: do not dispose it.
    /// </summary>
    /// <param name="transport">The network; its deadline may be shorter than the session.</param>
    /// <param name="cancellation">Ends the wait.</param>
    [AsyncMethodBuilder(typeof(ReadyTaskBuilder<>))]
    public async Task<Result<IamToken>> GetAsync(Transport transport, CancellationToken cancellation)
    {
        if (!await EnterAsync(cancellation))
        {
            return Failure.Of(DiagnosticDescriptors.Cancelled);
        }

        try
        {
            return _minted.Count > 0 && _clock.GetUtcNow() < _renewAt
                ? _minted[^1] : await MintAsync(transport, wasRefused: false, cancellation);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Another IAM token for one that the service refuses: it may have been minted a moment before the service could know it. Null when a
    /// renewed one was refused as well, or the credential cannot be renewed.
    /// </summary>
    /// <param name="refused">The token that was refused. When another call has renewed it meanwhile, IAM is not asked again.</param>
    /// <param name="transport">The network.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<Result<IamToken?>> RenewAsync(IamToken refused, Transport transport, CancellationToken cancellation)
    {
        if (!await EnterAsync(cancellation))
        {
            return Failure.Of(DiagnosticDescriptors.Cancelled);
        }

        try
        {
            if (_minted.Count > 0 && _minted[^1] != refused)
            {
                return _minted[^1];
            }

            if (_wasRefused || !Credential.IsRenewable)
            {
                return (IamToken?)null;
            }

            return (await MintAsync(transport, wasRefused: true, cancellation)).Succeeded(out IamToken? renewed, out Failure? failure)
                ? renewed
                : failure;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Makes a call with the IAM token, and once more with a renewed one if the service refuses it.</summary>
    [AsyncMethodBuilder(typeof(ReadyTaskBuilder<>))]
    internal async Task<Result<T>> UseAsync<T>(Transport transport, Func<IamToken, Task<Result<T>>> call, CancellationToken cancellation)
    {
        if (!(await GetAsync(transport, cancellation)).Succeeded(out IamToken? token, out Failure? failure))
        {
            return failure;
        }

        Result<T> result = await call(token);
        if (result.Failure?.Descriptor != DiagnosticDescriptors.IamTokenRefused)
        {
            return result;
        }

        Result<IamToken?> renewed = await RenewAsync(token, transport, cancellation);
        return renewed.Failure is not null ? renewed.Failure
            : renewed.Value is { } another ? await call(another)
            : result;
    }

    /// <summary>Zeroes the tokens.</summary>
    public void Dispose()
    {
        _minted.ForEach(token => token.Dispose());
        _gate.Dispose();
    }

    [AsyncMethodBuilder(typeof(ReadyTaskBuilder<>))]
    private async Task<bool> EnterAsync(CancellationToken cancellation)
    {
        Task entered = _gate.WaitAsync(cancellation);
        await entered.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return entered.IsCompletedSuccessfully;
    }

    [AsyncMethodBuilder(typeof(ReadyTaskBuilder<>))]
    private async Task<Result<IamToken>> MintAsync(Transport transport, bool wasRefused, CancellationToken cancellation)
    {
        if (_refusal is not null)
        {
            // What IAM refused once it refuses for every team of the run; ten wrong attempts could lock the identity.
            return _refusal;
        }

        DateTimeOffset asked = _clock.GetUtcNow();
        var client = new IamClient(transport, _iam);
        if (!(await client.ExchangeAsync(Credential, cancellation)).Succeeded(out IamToken? token, out Failure? failure))
        {
            _refusal = failure.Descriptor.Exit == ExitStatus.NotAuthenticated ? failure : null;
            return failure;
        }

        token.MintedFrom = Credential.Secret;
        _minted.Add(token);
        _wasRefused = wasRefused;
        _renewAt = Credential.IsRenewable && token.ExpiresAt is { } end
            ? Later(asked + ((end - asked) * 0.8), end - Margin) : DateTimeOffset.MaxValue;
        return token;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
