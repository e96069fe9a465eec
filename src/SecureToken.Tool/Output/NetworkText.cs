using SecureToken.Core.Http;

namespace SecureToken.Tool.Output;

/// <summary>What the environment says about the network, without passwords.</summary>
internal static class NetworkText
{
    private static readonly string[] Proxies = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"];

    public static string Describe(TransportOptions options, Func<string, string?> environment)
    {
        string[] proxies = [.. Proxies.Select(Describe).OfType<string>()];
        return string.Join(", ", (string[])
        [
            proxies.Length == 0 ? "no proxy" : string.Join(", ", proxies) + (Read("NO_PROXY") is null ? string.Empty : ", NO_PROXY set"),
            options.Trust is null ? "the system's authorities" : "the system's authorities and the CA bundle",
            $"limit {options.Deadline.TotalSeconds:0} s",
        ]);

        string? Describe(string name) =>
            Read(name) is not { } value ? null
            : Uri.TryCreate(value.Contains("://", StringComparison.Ordinal) ? value : "http://" + value, UriKind.Absolute, out Uri? proxy)
                ? $"{name} {proxy.Host}:{proxy.Port}"
            : $"{name} (not a valid address)";

        string? Read(string name) =>
            environment(name.ToLowerInvariant()) is { Length: > 0 } lower
            ? lower : environment(name) is { Length: > 0 } upper ? upper : null;
    }
}
