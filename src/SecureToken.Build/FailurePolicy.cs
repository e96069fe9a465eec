using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Inject;

namespace SecureToken.Build;

/// <summary>How loud a failure is in a build.</summary>
internal enum Severity
{
    Warning,
    Error,
}

/// <summary>
/// Decides whether a failure stops the build. <c>SecureTokenOnFailure</c> decides when it is set. Otherwise: what is unsafe stops it
/// everywhere; a service that cannot be reached never does when every destination holds an earlier token; the rest stops it in
/// continuous integration only.
/// </summary>
internal sealed class FailurePolicy
{
    private static readonly DiagnosticDescriptor[] Unsafe =
        [DiagnosticDescriptors.WrongTeam, DiagnosticDescriptors.TrackedByGit, DiagnosticDescriptors.HostNotTrusted,
            DiagnosticDescriptors.LinkRefused, DiagnosticDescriptors.DirectoryUnsafe, DiagnosticDescriptors.EndpointNotHttps,
            DiagnosticDescriptors.PlaceOfOtherTeam];

    private readonly Severity? _always;
    private readonly bool _isContinuousIntegration;

    private FailurePolicy(Severity? always, bool isContinuousIntegration)
    {
        _always = always;
        _isContinuousIntegration = isContinuousIntegration;
    }

    public static Result<FailurePolicy> Parse(string? onFailure, bool isContinuousIntegration) =>
        onFailure?.Trim().ToUpperInvariant() switch
    {
        null or "" => new FailurePolicy(null, isContinuousIntegration),
        "WARN" => new FailurePolicy(Severity.Warning, isContinuousIntegration),
        "ERROR" => new FailurePolicy(Severity.Error, isContinuousIntegration),
        _ => Failure.Of(DiagnosticDescriptors.SettingInvalid, "SecureTokenOnFailure", onFailure!, "it must be 'Warn' or 'Error'"),
    };

    public Severity SeverityOf(Failure failure, IReadOnlyList<DestinationReport> destinations)
    {
        if (_always is { } always)
        {
            return always;
        }

        if (Array.IndexOf(Unsafe, failure.Descriptor) >= 0)
        {
            return Severity.Error;
        }

        bool isKept = failure.Descriptor.Exit == ExitStatus.Unavailable && destinations.Count > 0
            && destinations.All(destination => destination.Outcome == InjectOutcome.Kept);
        return isKept || !_isContinuousIntegration ? Severity.Warning : Severity.Error;
    }
}
