using System.Net;

namespace SecureToken.Core.Http;

/// <summary>
/// The proxy that the environment names, read again for each run: <see cref="HttpClient.DefaultProxy"/> is fixed at its first use
/// in a process, and a build node lives through many builds. A loopback address never goes through a proxy.
/// </summary>
internal sealed class EnvironmentProxy : IWebProxy
{
    private readonly Uri? _http;
    private readonly Uri? _https;
    private readonly string[] _direct;

    private EnvironmentProxy(Uri? http, Uri? https, string[] direct)
    {
        _http = http;
        _https = https;
        _direct = direct;
        if ((https ?? http)?.UserInfo is { Length: > 0 } userInfo)
        {
            string[] parts = userInfo.Split(':', 2);
            Credentials = new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : string.Empty);
        }
    }

    /// <summary>No proxy for anybody.</summary>
    public static IWebProxy None { get; } = new EnvironmentProxy(null, null, []);

    public ICredentials? Credentials { get; set; }

    /// <summary>The environment's proxy, or the system's where the environment names none.</summary>
    public static IWebProxy Create(Func<string, string?> environment)
    {
        Uri? all = Parse(Read(environment, "ALL_PROXY"));
        Uri? http = Parse(Read(environment, "HTTP_PROXY")) ?? all;
        Uri? https = Parse(Read(environment, "HTTPS_PROXY")) ?? all;
        string[] direct = (Read(environment, "NO_PROXY") ?? string.Empty)
            .Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        // On Windows and macOS the system knows proxies of its own; elsewhere the environment is all there is.
        return http is null && https is null && !OperatingSystem.IsLinux() ? HttpClient.DefaultProxy : new EnvironmentProxy(http, https, direct);
    }

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : Choose(destination);

    public bool IsBypassed(Uri host) => host.IsLoopback || Choose(host) is null || Array.Exists(_direct, rule => Covers(rule, host));

    private static string? Read(Func<string, string?> environment, string name)
    {
        string? value = environment(name.ToLowerInvariant());
        return string.IsNullOrEmpty(value) ? environment(name) : value;
    }

    private static Uri? Parse(string? value) =>
        string.IsNullOrWhiteSpace(value) ? null :
        Uri.TryCreate(value.Contains("://", StringComparison.Ordinal) ? value : "http://" + value, UriKind.Absolute, out Uri? uri) ? uri : null;

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
        return host.Host.Equals(name, StringComparison.OrdinalIgnoreCase) || host.Host.EndsWith("." + name, StringComparison.OrdinalIgnoreCase);
    }

    private Uri? Choose(Uri destination) => destination.Scheme == Uri.UriSchemeHttps ? _https : _http;
}
