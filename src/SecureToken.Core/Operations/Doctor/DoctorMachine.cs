using System.Globalization;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.State;

namespace SecureToken.Core.Operations.Doctor;

/// <summary>What the doctor sees of this machine, without asking anybody.</summary>
internal static class DoctorMachine
{
    public static void Look(Func<string, string?> environment, DoctorLog log)
    {
        string? state = log.Look<string>("state directory", () =>
            StateDirectory.Find(environment).Succeeded(out string? directory, out Failure? failure)
            && StateHealth.Of(directory).Succeeded(out (string Words, Failure? Warning) health, out failure)
                ? new Finding<string>(
                    directory, $"{directory}: {health.Words}") { Warnings = health.Warning is { } warning ? [warning] : [] }
                : failure);
        if (state is null)
        {
            log.Skip("unfinished resets", "the state directory");
            return;
        }

        log.Look<object>("unfinished resets", () =>
        {
            IReadOnlyList<UnfinishedReset> unfinished = ResetJournal.Unfinished(environment);
            return new Finding<object>(unfinished, unfinished.Count == 0 ? "none" : $"{unfinished.Count}")
            {
                Warnings = [.. unfinished.Select(Describe)],
            };
        });
    }

    private static Failure Describe(UnfinishedReset reset) => reset switch
    {
        { IsRunning: true } => Failure.Of(DiagnosticDescriptors.ResetRunning, reset.Record?.Team ?? reset.Path, "a process is at it now"),
        { Record: null } => Failure.Of(DiagnosticDescriptors.JournalUnreadable, reset.Path),
        { Record: { } record } => Failure.Of(
            DiagnosticDescriptors.ResetUnfinished,
                $"team {record.TeamName ?? record.Team} of instance {record.Instance} at {record.Endpoint}",
                record.StartedAt.ToString("u", CultureInfo.InvariantCulture)),
    };
}
