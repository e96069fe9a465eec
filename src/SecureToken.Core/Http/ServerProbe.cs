using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;

namespace SecureToken.Core.Http;

/// <summary>Looks whether a server can be reached: name, connection, TLS and any answer at all. No credential is sent.</summary>
internal static class ServerProbe
{
    /// <summary>What the server looks like, or why it cannot be reached. It is asked once, on a connection of its own.</summary>
    public static async Task<Result<ServerObservation>> LookAsync(Endpoint server, TransportOptions options, CancellationToken cancellation)
    {
        Uri root = server.Resolve("/");
        string? certificate = null;
        using var transport = new Transport(
            options with { Deadline = options.Attempt, OnCertificate = presented => certificate = Describe(presented) });
        string? proxy = transport.ProxyFor(root);
        int? addresses = proxy is null && options.Handler is null ? await CountAddressesAsync(root, cancellation) : null;
        Result<ApiResponse> sent = await transport.SendAsync(new ApiRequest(HttpMethod.Head, root) { Resend = Resend.Never }, cancellation);
        if (sent.Failure is null)
        {
            sent.Value.Dispose();
        }

        // Whatever it answers, a redirect or a refusal too: it is there.
        return transport.LastAnswer is not { } answer ? sent.Failure! : new ServerObservation(root.Host, answer.Status)
        {
            Proxy = proxy,
            Addresses = addresses,
            Certificate = certificate,
            Clock = answer.Date is { } theirs ? (theirs, options.Clock.GetUtcNow()) : null,
        };
    }

    private static string Describe(X509Certificate certificate) =>
        $"TLS by {certificate.Subject}, issued by {certificate.Issuer}" +
        (certificate is X509Certificate2 dated
            ? $", valid until {dated.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}" : string.Empty);

    /// <summary>Only for the report: what is wrong with a name is reported by the request.</summary>
    private static async Task<int?> CountAddressesAsync(Uri server, CancellationToken cancellation)
    {
        if (server.HostNameType != UriHostNameType.Dns)
        {
            return null;
        }

        try
        {
            return (await Dns.GetHostAddressesAsync(server.IdnHost, cancellation)).Length;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            return null;
        }
    }
}
