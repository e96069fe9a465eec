using SecureToken.Core.Http;
using SecureToken.Core.Model;

namespace SecureToken.Core.Service;

/// <summary>The calls of one instance's service that concern tokens.</summary>
internal sealed class SecureApi
{
    /// <summary>A client for one instance.</summary>
    public SecureApi(Transport transport, Endpoint endpoint, Instance instance)
    {
        var requests = new InstanceRequests(transport, endpoint, instance);
        Teams = new TeamRequests(requests);
        Tokens = new TokenRequests(requests, Teams);
        Questions = new TokenQuestions(requests);
    }

    /// <summary>The teams.</summary>
    public TeamRequests Teams { get; }

    /// <summary>The token of a team.</summary>
    public TokenRequests Tokens { get; }

    /// <summary>What a token itself is asked.</summary>
    public TokenQuestions Questions { get; }
}
