using System.Globalization;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Operations.Doctor;

/// <summary>Looks at the way from a credential to an IAM token.</summary>
internal static class DoctorIdentity
{
    /// <summary>The credential, by the name of its source.</summary>
    public static Credential? FindCredential(ServiceClient client, DoctorLog log) =>
        log.Look<Credential>("credential", () =>
            client.Credential is { } credential ? new Finding<Credential>(credential, credential.ToString()) : client.NoCredential!);

    /// <summary>IAM, as anybody sees it.</summary>
    public static async Task<ServerObservation?> ReachAsync(Endpoint iam, Credential? credential, TransportOptions options, DoctorLog log)
    {
        if (credential is { AsksIam: false })
        {
            // A network that has no way to IAM is in order then.
            log.Look<object>("IAM", () => new Finding<object>(iam, $"{iam.Host}: not asked: the credential is an IAM token"));
            return null;
        }

        return await log.LookAsync<ServerObservation>("IAM", () => LookAsync(iam, options, log.Cancellation));
    }

    /// <summary>A server, as anybody sees it.</summary>
    public static async Task<Result<Finding<ServerObservation>>> LookAsync(
        Endpoint server, TransportOptions options, CancellationToken cancellation) =>
        (await ServerProbe.LookAsync(server, options, cancellation)).Succeeded(out ServerObservation? sight, out Failure? failure)
            ? new Finding<ServerObservation>(sight, sight.ToString())
            : failure;

    /// <summary>Whether IAM gives an IAM token, and whom that speaks for.</summary>
    public static Task<IamToken?> MintAsync(ServiceClient round, Endpoint iam, DoctorLog log) =>
        log.LookAsync<IamToken>("IAM token", async () =>
            (await round.SessionAt(iam).GetAsync(round.Transport, log.Cancellation)).Succeeded(out IamToken? token, out Failure? failure)
                ? new Finding<IamToken>(token, Describe(token, round.Transport.Clock.GetUtcNow()))
                : failure);

    private static string Describe(IamToken token, DateTimeOffset now)
    {
        string ends = token.ExpiresAt is { } end
            ? string.Create(
                CultureInfo.InvariantCulture, $"expires {NetworkDiagnosis.Utc(end)} (in {Math.Floor((end - now).TotalMinutes)} min)")
            : "no expiry time";
        string identity = IamClaims.IdentityOf(token.Utf8) is { } whose ? $", {whose}" : string.Empty;
        string account = IamClaims.AccountOf(token.Utf8) is { } bss ? $", account {bss}" : string.Empty;
        return ends + identity + account;
    }
}
