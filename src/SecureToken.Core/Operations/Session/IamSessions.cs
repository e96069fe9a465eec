using SecureToken.Core.Identity;
using SecureToken.Core.Model;

namespace SecureToken.Core.Operations.Session;

/// <summary>The IAM tokens of one credential, one for each IAM endpoint. They may outlive the network of a run: a watch asks IAM once in an hour.</summary>
/// <param name="credential">Who we are; it stays the caller's.</param>
/// <param name="clock">The clock.</param>
internal sealed class IamSessions(Credential credential, TimeProvider clock) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Endpoint, IamSession> _sessions = [];

    /// <summary>The session at an IAM endpoint.</summary>
    public IamSession Of(Endpoint iam)
    {
        lock (_gate)
        {
            if (!_sessions.TryGetValue(iam, out IamSession? session))
            {
                session = new IamSession(credential, iam, clock);
                _sessions.Add(iam, session);
            }

            return session;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IamSession session in _sessions.Values)
        {
            session.Dispose();
        }
    }
}
