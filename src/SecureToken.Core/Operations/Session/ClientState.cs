using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Session;

/// <summary>What outlives a round of questions: the credential, its IAM tokens, and the instances that names mean.</summary>
/// <param name="credentials">Where the credential is.</param>
/// <param name="options">How to ask.</param>
internal sealed class ClientState(CredentialOptions credentials, TransportOptions options) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Endpoint, IamSession> _sessions = [];
    private readonly Dictionary<string, Task<Result<Instance>>> _instances = [];

    // Another round may still be on its way with a credential that was read again, so all of them live until the end.
    private readonly List<IDisposable> _retired = [];
    private Result<Token>? _token;
    private Credential? _credential;
    private Failure? _noCredential;

    public Credential? Credential => Find().Credential;

    public Failure? NoCredential => Find().Failure;

    /// <summary>What a given token is called where a credential is named.</summary>
    public const string GivenTokenSource = "standard input (a token, of an unknown identity)";

    /// <summary>Whether the user gives the token itself. Then there is no credential.</summary>
    public bool IsGivenToken => credentials.OpenToken is not null;

    /// <summary>A copy of the token that the user gives; it is read once.</summary>
    public Result<Token> GivenToken()
    {
        lock (_gate)
        {
            _token ??= CredentialValue.FromStream(credentials.OpenToken!, "standard input", CredentialText.ReadToken);
            return _token.Succeeded(out Token? token, out Failure? failure) ? Token.TryCreate(token.Utf8)! : failure;
        }
    }

    /// <summary>Whom the credential stands for, when an IAM token said so.</summary>
    public TokenIdentity? Identity { get; private set; }

    public IamSession SessionAt(Endpoint iam)
    {
        Credential credential = Credential ?? throw new InvalidOperationException("There is no credential to ask IAM with.");
        lock (_gate)
        {
            if (!_sessions.TryGetValue(iam, out IamSession? session))
            {
                session = new IamSession(credential, iam, options.Clock);
                _sessions.Add(iam, session);
            }

            return session;
        }
    }

    /// <summary>Records the identity of an IAM token.</summary>
    public void See(IamToken iam) => Identity ??= IamClaims.IdentityOf(iam.Utf8);

    /// <summary>The instance that a name means, looked up once.</summary>
    public async Task<Result<Instance>> ResolveOnceAsync(TokenSettings settings, Func<InstanceResolver, Task<Result<Instance>>> resolve)
    {
        string key = InstanceResolver.KeyOf(settings);
        Task<Result<Instance>>? looking;
        lock (_gate)
        {
            if (!_instances.TryGetValue(key, out looking))
            {
                _instances.Add(key, looking = resolve(new InstanceResolver(options)));
            }
        }

        Result<Instance> found = await looking;
        if (found.Failure is not null)
        {
            // A later question may find what this one did not.
            lock (_gate)
            {
                _instances.Remove(key);
            }
        }

        return found;
    }

    public void Renew()
    {
        lock (_gate)
        {
            _retired.AddRange(_sessions.Values);
            _sessions.Clear();
            if (!credentials.ApiKeyStdin && !credentials.IamTokenStdin)
            {
                _retired.AddRange(_credential is null ? [] : [_credential]);
                (_credential, _noCredential, Identity) = (null, null, null);
            }
        }
    }

    public void Dispose()
    {
        foreach (IDisposable one in _retired.Concat(_sessions.Values))
        {
            one.Dispose();
        }

        _credential?.Dispose();
        if (_token is { Failure: null } given)
        {
            given.Value.Dispose();
        }
    }

    private (Credential? Credential, Failure? Failure) Find()
    {
        lock (_gate)
        {
            if (IsGivenToken)
            {
                return (null, Failure.Of(DiagnosticDescriptors.CredentialMissing, "any variable (with --token-stdin)"));
            }

            if (_credential is null && _noCredential is null)
            {
                CredentialFinder.Find(credentials, options.Environment, options.Clock).Succeeded(out _credential, out _noCredential);
            }

            return (_credential, _noCredential);
        }
    }
}
