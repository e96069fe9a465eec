using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;

namespace SecureToken.Core.Settings;

/// <summary>
/// Decides whether a host may get a credential. A file in a repository can be written by anybody who may commit, so a host that it
/// names outside IBM Cloud needs the user's own word. A loopback address too: whoever has an account on this machine, or forwards a port
/// to it, can listen there.
/// </summary>
public sealed class HostTrust
{
    private readonly HashSet<string> _trusted;

    /// <summary>Trusts the given hosts and those that the environment names.</summary>
    public HostTrust(IEnumerable<string> given, Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        IEnumerable<string> variable = (environment(SettingName.TrustHostVariable) ?? string.Empty)
            .Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        _trusted = new HashSet<string>(given.Concat(variable), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The hosts, in alphabetical order.</summary>
    public IReadOnlyList<string> Hosts => [.. _trusted.Order(StringComparer.OrdinalIgnoreCase)];

    /// <summary>Whether the user names the host of an endpoint among those that are trusted, alone or with its port.</summary>
    public bool Names(Endpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return _trusted.Contains(endpoint.Host) || _trusted.Contains(endpoint.HostAndPort);
    }

    /// <summary>The endpoint, or the failure that it is not trusted.</summary>
    public Result<Endpoint> Check(Endpoint endpoint, SettingSource? origin)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return origin is not { IsCommitted: true } || endpoint.IsIbmCloud || Names(endpoint) ? endpoint : Refusal(endpoint, origin.Name);
    }

    /// <summary>That an endpoint is not trusted, and how to trust it: on this machine a port belongs to it.</summary>
    internal static Failure Refusal(Endpoint endpoint, string source) =>
        Failure.Of(DiagnosticDescriptors.HostNotTrusted, endpoint, source, endpoint.IsLoopback ? endpoint.HostAndPort : endpoint.Host);
}
