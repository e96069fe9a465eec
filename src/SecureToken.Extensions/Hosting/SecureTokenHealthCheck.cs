using Microsoft.Extensions.Diagnostics.HealthChecks;
using SecureToken.Core.Diagnostics;
using SecureToken.Extensions.Refreshing;

namespace SecureToken.Extensions.Hosting;

/// <summary>Whether there is a token that is not known to be rejected. It sends no request.</summary>
internal sealed class SecureTokenHealthCheck(TokenRefresher refresher) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        TokenSnapshot? token = refresher.Current;
        Failure? failure = refresher.LastFailure
            ?? (token is not null && refresher.IsRejected
                ? Failure.Of(DiagnosticDescriptors.RejectedUnchanged, token.Fingerprint, token.Owner) : null);
        var data = new Dictionary<string, object>(StringComparer.Ordinal) { ["key"] = refresher.Key };
        if (token is not null)
        {
            data["fingerprint"] = token.Fingerprint.Value;
            data["owner"] = token.Owner;
            data["inUseSince"] = token.At;
        }

        if (failure is not null)
        {
            data["code"] = failure.Code;
        }

        return Task.FromResult(
            failure is not null ? new HealthCheckResult(context.Registration.FailureStatus, failure.ToString(), data: data)
            : token is null ? HealthCheckResult.Degraded("The token has not been read yet.", data: data)
            : HealthCheckResult.Healthy($"Token {token.Fingerprint} of {token.Owner} is in use.", data));
    }
}
