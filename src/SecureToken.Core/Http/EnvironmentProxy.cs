using System.Net;
using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Http;

/// <summary>
/// The proxy that the environment names, read again for each run: <see cref="HttpClient.DefaultProxy"/> is fixed at its first use
/// in a process, and a build node lives through many builds. A loopback address never goes through a proxy.
/// </summary>
internal sealed class EnvironmentProxy : IWebProxy
{
    private static readonly string[] Schemes = ["http", "https", "socks4", "socks4a", "socks5"];
    private readonly Result<Uri?> _http;
    private readonly Result<Uri?> _https;
    private readonly string[] _direct;

    private EnvironmentProxy(Result<Uri?> http, Result<Uri?> https, string[] direct)
    {
        _http = http;
        _https = https;
        _direct = direct;
        if (((https.Failure is null ? https.Value : null)
            ?? (http.Failure is null ? http.Value : null))?.UserInfo is { Length: > 0 } userInfo)
        {
            string[] parts = userInfo.Split(':', 2);
            Credentials = new NetworkCredential(
                Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : string.Empty);
        }
    }

    /// <summary>No proxy for anybody.</summary>
    public static IWebProxy None { get; } = new EnvironmentProxy((Uri?)null, (Uri?)null, []);

    public ICredentials? Credentials { get; set; }

    /// <summary>The environment's proxy, or the system's where the environment names none.</summary>
    public static IWebProxy Create(Func<string, string?> environment)
    {
        Result<Uri?> http = Find(environment, "HTTP_PROXY", "ALL_PROXY");
        Result<Uri?> https = Find(environment, "HTTPS_PROXY", "ALL_PROXY");
        string[] direct = (FirstSet(environment, "NO_PROXY") is { } name ? environment(name)! : string.Empty)
            .Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        // On Windows and macOS the system knows proxies of its own; elsewhere the environment is all there is.
        return http is { Failure: null, Value: null } && https is { Failure: null, Value: null } && !OperatingSystem.IsLinux()
            ? HttpClient.DefaultProxy
            : new EnvironmentProxy(http, https, direct);
    }

    /// <summary>Why the proxy that is set for a destination cannot be one; null when it can, or when no proxy is asked for it.</summary>
    public static Failure? FaultOf(IWebProxy proxy, Uri destination) =>
        proxy is EnvironmentProxy own && !own.IsDirect(destination) ? own.For(destination).Failure : null;

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : For(destination).Value;

    public bool IsBypassed(Uri host) => IsDirect(host) || For(host) is { Failure: not null } or { Value: null };

    private bool IsDirect(Uri host) => host.IsLoopback || Array.Exists(_direct, rule => Covers(rule, host));

    private Result<Uri?> For(Uri destination) => destination.Scheme == Uri.UriSchemeHttps ? _https : _http;

    private static Result<Uri?> Find(Func<string, string?> environment, params string[] names)
    {
        if (names.Select(name => FirstSet(environment, name)).FirstOrDefault(name => name is not null) is not { } set)
        {
            return (Uri?)null;
        }

        // The text may hold a password, so it is not repeated.
        string text = environment(set)!.Trim();
        return !Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text, UriKind.Absolute, out Uri? proxy)
            || proxy.Host.Length == 0
                ? Failure.Of(
                    DiagnosticDescriptors.SettingInvalid, set, "what it is",
                    "it is the address of a proxy, for example http://proxy.example:3128")
            : Schemes.Contains(proxy.Scheme) ? proxy
            : Failure.Of(
                DiagnosticDescriptors.SettingInvalid, set, proxy.Scheme + "://...",
                $"the scheme of a proxy is one of {string.Join(", ", Schemes)}");
    }

    /// <summary>The name of the variable that is set: the one in lower case, else the one in upper case.</summary>
    private static string? FirstSet(Func<string, string?> environment, string name) =>
        ((string[])[name.ToLowerInvariant(), name]).FirstOrDefault(one => !string.IsNullOrWhiteSpace(environment(one)));

    private static bool Covers(string rule, Uri host)
    {
        if (rule == "*")
        {
            return true;
        }

        int colon = rule.LastIndexOf(':');
        if (colon > 0 && !rule.EndsWith(']') && int.TryParse(rule.AsSpan(colon + 1), out int port))
        {
            if (port != host.Port)
            {
                return false;
            }

            rule = rule[..colon];
        }

        string name = rule.TrimStart('*').TrimStart('.');
        return host.Host.Equals(name, StringComparison.OrdinalIgnoreCase)
            || host.Host.EndsWith("." + name, StringComparison.OrdinalIgnoreCase);
    }
}
