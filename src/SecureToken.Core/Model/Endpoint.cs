using System.Buffers;
using System.Net;
using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Model;

/// <summary>The base URL of an instance's region (or of IAM), without <c>/api</c>.</summary>
public sealed record Endpoint
{
    /// <summary>The regions that the documentation lists: hints for messages, never a list of what is allowed.</summary>
    public static readonly IReadOnlyList<string> KnownRegions =
        ["us-south", "us-east", "eu-de", "eu-gb", "eu-es", "ca-tor", "au-syd", "br-sao", "jp-tok", "jp-osa"];

    private static readonly SearchValues<char> NeverInAddress = SearchValues.Create("\"'`<>\\{}|^");
    private static readonly SearchValues<char> RegionAlphabet = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
    private static readonly string[] KnownPaths = ["/api/token", "/identity/token", "/api"];
    private readonly string _base;

    private Endpoint()
    {
        Host = string.Empty;
        HostAndPort = string.Empty;
        _base = "(the instance's region)";
    }

    private Endpoint(Uri uri, string basePath)
    {
        Host = uri.Host;
        HostAndPort = $"{uri.Host}:{uri.Port}";
        IsLoopback = IsLiteralLoopback(uri);
        _base = uri.GetLeftPart(UriPartial.Authority) + basePath;
    }

    /// <summary>Stands for the endpoint of an instance whose name has not been looked up yet. It has no address.</summary>
    public static Endpoint Undetermined { get; } = new();

    /// <summary>IBM Cloud's public IAM.</summary>
    public static Endpoint PublicIam { get; } = Parse("https://iam.cloud.ibm.com").Value;

    /// <summary>IBM Cloud's resource controller, which knows instances by name.</summary>
    public static Endpoint PublicResourceController { get; } = Parse("https://resource-controller.cloud.ibm.com").Value;

    /// <summary>The host, without the port.</summary>
    public string Host { get; }

    /// <summary>The host with the port, also where the address leaves out the one that its scheme means.</summary>
    internal string HostAndPort { get; }

    /// <summary>True for a literal loopback address: the emulator.</summary>
    public bool IsLoopback { get; }

    /// <summary>True for a host of IBM Cloud. Whole labels are compared, never parts of the text.</summary>
    public bool IsIbmCloud => Host.EndsWith(".cloud.ibm.com", StringComparison.OrdinalIgnoreCase);

    /// <summary>The same service of IBM Cloud by its private host.</summary>
    public Endpoint ToPrivate() => Parse("https://private." + Host).Value;

    /// <summary>The endpoint of a region's public host.</summary>
    public static Result<Endpoint> FromRegion(string region)
    {
        ArgumentNullException.ThrowIfNull(region);
        bool plausible = region.Length is > 2 and < 40 && !region.AsSpan().ContainsAnyExcept(RegionAlphabet)
            && char.IsAsciiLetter(region[0]) && region.Contains('-', StringComparison.Ordinal) && !region.EndsWith('-');
        return plausible
            ? Parse($"https://{region}.security-compliance-secure.cloud.ibm.com")
            : Failure.Of(
                DiagnosticDescriptors.EndpointInvalid, PrintableText.Ascii(region, 80),
                $"a region looks like eu-de (known: {string.Join(", ", KnownRegions)})");
    }

    /// <summary>Reads a URL with or without <c>/api</c>, <c>/api/token</c> and slashes at its end; a host alone means https.</summary>
    public static Result<Endpoint> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string trimmed = text.Trim();
        if (trimmed.Length == 0 || trimmed.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return Failure.Of(DiagnosticDescriptors.EndpointInvalid, Shown(text), "it has spaces, line ends or letters outside ASCII");
        }

        if (trimmed.AsSpan().ContainsAny(NeverInAddress))
        {
            return Failure.Of(
                DiagnosticDescriptors.EndpointInvalid, Shown(text), "it has quotes, braces or other characters that no address has");
        }

        if (!trimmed.Contains("://", StringComparison.Ordinal))
        {
            if (!trimmed.Contains('.', StringComparison.Ordinal))
            {
                return Failure.Of(DiagnosticDescriptors.EndpointInvalid, Shown(trimmed), "a host name is missing");
            }

            trimmed = "https://" + trimmed;
        }

        if (!Uri.TryCreate(trimmed, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("https" or "http") || uri.Host.Length == 0)
        {
            return Failure.Of(DiagnosticDescriptors.EndpointInvalid, Shown(trimmed), "it is not an https address");
        }

        if (uri.UserInfo.Length > 0)
        {
            // The text may hold a password, so it is not repeated.
            return Failure.Of(DiagnosticDescriptors.EndpointInvalid, uri.Host, "it holds a user name or password");
        }

        if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            return Failure.Of(DiagnosticDescriptors.EndpointInvalid, uri.Host, "it has a query or a fragment");
        }

        if (uri.Host.StartsWith("ingest.", StringComparison.OrdinalIgnoreCase))
        {
            return Failure.Of(DiagnosticDescriptors.EndpointIsIngest, uri.Host);
        }

        // Uri turns other spellings (0x7f.1, 2130706433) into 127.0.0.1; only the plain one is taken.
        if (uri.Scheme == "http"
            && !(IsLiteralLoopback(uri) && trimmed.StartsWith("http://" + uri.Host, StringComparison.OrdinalIgnoreCase)))
        {
            return Failure.Of(DiagnosticDescriptors.EndpointNotHttps, uri.GetLeftPart(UriPartial.Authority));
        }

        return new Endpoint(uri, BasePath(uri.AbsolutePath));
    }

    /// <summary>The address of a path below the endpoint.</summary>
    /// <param name="path">Starts with a slash; segments already percent-encoded.</param>
    public Uri Resolve(string path) => new(_base + path, UriKind.Absolute);

    /// <summary>The base URL without a slash at its end.</summary>
    public override string ToString() => _base;

    private static string BasePath(string path)
    {
        string result = path.TrimEnd('/');
        foreach (string known in KnownPaths)
        {
            if (result.EndsWith(known, StringComparison.OrdinalIgnoreCase))
            {
                return result[..^known.Length].TrimEnd('/');
            }
        }

        return result;
    }

    private static bool IsLiteralLoopback(Uri uri) =>
        uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6
        && IPAddress.TryParse(uri.Host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address);

    // Before an @ may be a password.
    private static string Shown(string text) => text.Contains('@', StringComparison.Ordinal) ? "..." : PrintableText.Ascii(text, 80);
}
