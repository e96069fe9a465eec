using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;

namespace SecureToken.Core.Http;

/// <summary>Says what a failure of the network means. The framework's own texts can quote headers, so they are never used.</summary>
/// <param name="options">How the network is asked.</param>
/// <param name="proxy">What stands between.</param>
/// <param name="takeRefused">The certificate that was refused last.</param>
internal sealed class NetworkDiagnosis(TransportOptions options, IWebProxy proxy, Func<RefusedCertificate?> takeRefused)
{
    /// <summary>The failure, and how often the request is worth another attempt.</summary>
    public (Failure Failure, Retry Retry) Of(ApiRequest call, HttpRequestException exception)
    {
        Uri? between = proxy.GetProxy(call.Uri);
        switch (exception.HttpRequestError)
        {
            case HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError when between is not null:
                // With a proxy, its own name and its own port are all that is connected to.
                string reason = exception.HttpRequestError == HttpRequestError.NameResolutionError
                    ? "its name cannot be resolved" : Reason(exception);
                return (Failure.Of(DiagnosticDescriptors.ProxyUnreachable, Shown(between), call.Uri.Host, reason), OfName(exception));
            case HttpRequestError.NameResolutionError:
                return IsPrivate(call)
                    ? (Failure.Of(DiagnosticDescriptors.PrivateHostUnreachable, call.Uri.Host), Retry.Briefly)
                    : (Failure.Of(DiagnosticDescriptors.HostUnknown, call.Uri.Host, string.Join(", ", Endpoint.KnownRegions)),
                        OfName(exception));
            case HttpRequestError.ProxyTunnelError:
                return (Failure.Of(
                    DiagnosticDescriptors.ProxyRefused, between is null ? "(system)" : Shown(between), call.Uri.Host,
                    (int?)exception.StatusCode ?? 0), Retry.Never);
            case HttpRequestError.SecureConnectionError:
                return (OfTls(call, exception), Retry.Never);
            case HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded:
                return (Failure.Of(DiagnosticDescriptors.NotJson, call.Server, "something that is not HTTP"), Retry.Never);
            default:
                return (Broken(call, exception), Retry.UntilDeadline);
        }
    }

    public Failure Broken(ApiRequest call, Exception exception) =>
        Failure.Of(DiagnosticDescriptors.ConnectionFailed, Path(call), Reason(exception));

    /// <summary>No answer in time.</summary>
    /// <param name="call">The call.</param>
    /// <param name="exception">What ended it, where that is known: the limit on connecting is told as such.</param>
    public Failure TimedOut(ApiRequest call, OperationCanceledException? exception = null)
    {
        TimeSpan limit = exception?.InnerException is TimeoutException ? options.Connect : options.Attempt;
        return IsPrivate(call)
            ? Failure.Of(DiagnosticDescriptors.PrivateHostUnreachable, call.Uri.Host)
            : Failure.Of(
                DiagnosticDescriptors.TimedOut, Path(call), Math.Round(Math.Min(limit.TotalSeconds, options.Deadline.TotalSeconds), 1));
    }

    /// <summary>
    /// How often it is worth asking again after no answer in time: a private host is out of reach from here, most likely.
    /// </summary>
    public static Retry AfterTimeOut(ApiRequest call) => IsPrivate(call) ? Retry.Briefly : Retry.UntilDeadline;

    /// <summary>A resolver that says that there is no such name is right, most likely; one that cannot tell now will.</summary>
    private static Retry OfName(HttpRequestException exception) =>
        exception.GetBaseException() is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData }
            ? Retry.Briefly : Retry.UntilDeadline;

    private static bool IsPrivate(ApiRequest call) => call.Uri.Host.StartsWith("private.", StringComparison.OrdinalIgnoreCase);

    /// <summary>Without the password that the environment may give with it.</summary>
    private static string Shown(Uri proxy) => $"{proxy.Host}:{proxy.Port}";

    /// <summary>The server, and what stands between.</summary>
    private string Path(ApiRequest call) =>
        proxy.GetProxy(call.Uri) is { } between ? $"{call.Server} (through the proxy {Shown(between)})" : call.Server;

    private Failure OfTls(ApiRequest call, HttpRequestException exception)
    {
        if (takeRefused() is not { } certificate)
        {
            return Failure.Of(DiagnosticDescriptors.TlsFailed, Path(call), Reason(exception));
        }

        if (certificate.IsRevoked)
        {
            return Failure.Of(DiagnosticDescriptors.CertificateRevoked, call.Server, certificate.Subject, certificate.Issuer);
        }

        DateTimeOffset now = options.Clock.GetUtcNow();
        return certificate.From > now
            ? Failure.Of(
            DiagnosticDescriptors.ClockSkew, call.Server, $"presents a certificate that is valid only from {Utc(certificate.From)}",
            Utc(now))
            : certificate.Until < now
                ? Failure.Of(DiagnosticDescriptors.CertificateExpired, call.Server, Utc(certificate.Until), certificate.Subject, Utc(now))
            : certificate.IsForHost
                ? Failure.Of(DiagnosticDescriptors.CertificateNotTrusted, call.Server, certificate.Subject, certificate.Issuer)
            : Failure.Of(DiagnosticDescriptors.CertificateNameMismatch, call.Server, certificate.Subject);
    }

    internal static string Utc(DateTimeOffset time) => time.ToString("u", CultureInfo.InvariantCulture);

    private static string Reason(Exception exception) => exception.GetBaseException() switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
        SocketException { SocketErrorCode: SocketError.ConnectionReset } => "connection reset",
        SocketException { SocketErrorCode: SocketError.TimedOut } => "timed out",
        SocketException { SocketErrorCode: SocketError.HostUnreachable or SocketError.NetworkUnreachable } => "no route",
        SocketException socket => socket.SocketErrorCode.ToString(),
        TimeoutException or OperationCanceledException => "timed out",
        AuthenticationException => "the handshake failed",
        NoAnswerException => "connection closed without a response",
        HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => "connection closed before the response was complete",
        _ => "broken off",
    };
}
