using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Status;

namespace SecureToken.Core.Operations.Doctor;

/// <summary>Looks at each destination of a plan: could the token go there, who could read it, and is it there.</summary>
internal static class DoctorCopies
{
    /// <param name="plan">The plan.</param>
    /// <param name="comparison">Its copies, and the token if the service reported it.</param>
    /// <param name="isKnown">Whether the service told it.</param>
    /// <param name="log">Where the steps go.</param>
    public static void Look(InjectPlan plan, TokenComparison comparison, bool isKnown, DoctorLog log)
    {
        IReadOnlyList<PreflightFinding>? preflight = log.Look<IReadOnlyList<PreflightFinding>>("destinations", () =>
        {
            IReadOnlyList<PreflightFinding> findings = Preflight.Look(plan.Destinations);
            int refused = findings.Count(finding => finding.Refusal is not null);
            return new Finding<IReadOnlyList<PreflightFinding>>(
                findings, findings.Count == 0 ? "none is named" : $"{findings.Count} for team {plan.Settings.Team}, {refused} refused");
        });
        for (int i = 0; i < plan.Destinations.Count; i++)
        {
            int index = i;
            log.Look<CopyReport>("copy", () => Look(plan, comparison, index, isKnown, preflight![index]));
        }
    }

    private static Result<Finding<CopyReport>> Look(
        InjectPlan plan, TokenComparison comparison, int index, bool isKnown, PreflightFinding preflight)
    {
        Destination destination = plan.Destinations[index];
        AccessSummary exposure = destination.Explain();
        CopyReport copy = comparison.Compare(index);
        string place = $"{destination.Kind} {destination.Location} ({destination.Slot})";
        Failure? drift = isKnown && copy.State is CopyState.Stale or CopyState.Missing
            ? Failure.Of(
                DiagnosticDescriptors.CopyNotCurrent, place, plan.Settings.Team,
                copy.State == CopyState.Missing ? "nothing" : "something else")
            : null;
        return new Finding<CopyReport>(
            copy, $"{place}: {Words(copy.State)}"
                + (isKnown || copy.State is CopyState.Missing or CopyState.Unreadable ? string.Empty : ", as far as the ledger knows"))
        {
            Details =
            [
                $"readers: {exposure.Readers}{(exposure.Mode is { } mode ? $", mode {mode}" : string.Empty)}; logs: {exposure.Logs}",
                .. preflight.Git is { } git ? (string[])[$"git: {Words(git)}"] : [],
            ],
            Failure = preflight.Refusal ?? copy.Failure ?? drift,
            Warnings = [.. preflight.Warnings, .. destination.Remarks()],
        };
    }

    private static string Words(CopyState state) => state switch
    {
        CopyState.Current => "holds the token",
        CopyState.Sent => "was sent there",
        CopyState.Stale => "holds something else",
        CopyState.Missing => "holds nothing yet",
        CopyState.Unreadable => "cannot be read",
        CopyState.JobScoped => "ends with its job",
        CopyState.Unknown => "unknown",
        _ => "does not exist",
    };

    private static string Words(GitState state) => state switch
    {
        GitState.Outside => "in no work tree",
        GitState.Ignored => "ignored",
        GitState.NotIgnored => "not ignored",
        GitState.Tracked => "tracked",
        GitState.Failed => "failed",
        _ => "unknown",
    };
}
