using System.Globalization;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;

namespace SecureToken.Core.Operations.Doctor;

/// <summary>Compares this machine's clock with a server's.</summary>
internal static class DoctorClock
{
    /// <summary>A header has whole seconds and an answer takes its time; certificates and IAM tokens bear more than this.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(60);

    public static void Compare(IEnumerable<ServerObservation?> sights, DoctorLog log)
    {
        if (sights.FirstOrDefault(sight => sight?.Clock is not null) is not { Clock: { } clock } server)
        {
            log.Skip("clock", "a response with the time");
            return;
        }

        log.Look<object>("clock", () =>
        {
            TimeSpan ahead = clock.Ours - clock.Theirs;
            string direction = ahead < TimeSpan.Zero ? "behind" : "ahead of";
            bool agrees = ahead.Duration() <= Tolerance;
            string words = ahead.Duration() < TimeSpan.FromSeconds(3) ? $"agrees with {server.Host}"
                : string.Create(CultureInfo.InvariantCulture, $"{Math.Round(ahead.Duration().TotalSeconds)} s {direction} {server.Host}");
            return new Finding<object>(server, words)
            {
                Warnings = agrees
                    ? [] : [Failure.Of(
                    DiagnosticDescriptors.ClockSkew, server.Host, $"says that it is {NetworkDiagnosis.Utc(clock.Theirs)}",
                    NetworkDiagnosis.Utc(clock.Ours))],
            };
        });
    }
}
