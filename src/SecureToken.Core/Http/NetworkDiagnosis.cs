using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Http;

/// <summary>Says what a failure of the network means. The framework's own texts can quote headers, so they are never used.</summary>
internal static class NetworkDiagnosis
{
    /// <summary>The failure, and whether it may pass by itself.</summary>
    public static (Failure Failure, bool MayPass) Of(HttpCall call, HttpRequestException exception, Func<X509Certificate2?> refused, TransportOptions options)
    {
        switch (exception.HttpRequestError)
        {
            case HttpRequestError.NameResolutionError:
                return (IsPrivate(call) ? Failure.Of(Known.PrivateHostUnreachable, call.Uri.Host) : Failure.Of(Known.HostUnknown, call.Uri.Host, string.Join(", ", Service.Endpoint.KnownRegions)), true);
            case HttpRequestError.ProxyTunnelError:
                Uri? proxy = EnvironmentProxy.Create(options.Environment).GetProxy(call.Uri);
                return (Failure.Of(Known.ProxyRefused, proxy is null ? "(system)" : $"{proxy.Host}:{proxy.Port}", call.Uri.Host, (int?)exception.StatusCode ?? 0), false);
            case HttpRequestError.SecureConnectionError:
                return (OfTls(call, exception, refused(), options.Clock.GetUtcNow()), false);
            case HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded:
                return (Failure.Of(Known.NotJson, call.Server, "something that is not HTTP"), false);
            default:
                return (Broken(call, exception), true);
        }
    }

    public static Failure Broken(HttpCall call, Exception exception) => Failure.Of(Known.ConnectionFailed, call.Server, Reason(exception));

    public static Failure TimedOut(HttpCall call, TransportOptions options) => IsPrivate(call)
        ? Failure.Of(Known.PrivateHostUnreachable, call.Uri.Host)
        : Failure.Of(Known.TimedOut, call.Server, Math.Round(Math.Min(options.Attempt.TotalSeconds, options.Deadline.TotalSeconds), 1));

    private static bool IsPrivate(HttpCall call) => call.Uri.Host.StartsWith("private.", StringComparison.OrdinalIgnoreCase);

    private static Failure OfTls(HttpCall call, HttpRequestException exception, X509Certificate2? certificate, DateTimeOffset now)
    {
        if (certificate is null)
        {
            return Failure.Of(Known.TlsFailed, call.Server, Reason(exception));
        }

        using (certificate)
        {
            DateTime from = certificate.NotBefore.ToUniversalTime();
            DateTime until = certificate.NotAfter.ToUniversalTime();
            return from > now.UtcDateTime || until < now.UtcDateTime
                ? Failure.Of(Known.CertificateNotValidNow, call.Server, Utc(from), Utc(until), Utc(now.UtcDateTime))
                : certificate.MatchesHostname(call.Uri.Host)
                    ? Failure.Of(Known.CertificateNotTrusted, call.Server, certificate.Subject, certificate.Issuer)
                    : Failure.Of(Known.CertificateNameMismatch, call.Server, certificate.Subject);
        }

        static string Utc(DateTime time) => time.ToString("u", CultureInfo.InvariantCulture);
    }

    private static string Reason(Exception exception) => exception.GetBaseException() switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
        SocketException { SocketErrorCode: SocketError.ConnectionReset } => "connection reset",
        SocketException { SocketErrorCode: SocketError.TimedOut } => "timed out",
        SocketException { SocketErrorCode: SocketError.HostUnreachable or SocketError.NetworkUnreachable } => "no route",
        SocketException socket => socket.SocketErrorCode.ToString(),
        TimeoutException or OperationCanceledException => "timed out",
        AuthenticationException => "the handshake failed",
        HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => "closed before the answer was whole",
        _ => "broken off",
    };
}
