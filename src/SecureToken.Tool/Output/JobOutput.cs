using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Jobs;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Inject;

namespace SecureToken.Tool.Output;

/// <summary>Standard output as the system that runs a job reads it: for commands.</summary>
internal static class JobOutput
{
    /// <summary>Why the variables of a job cannot be set here; null if they can, or if there are none.</summary>
    /// <param name="plans">What is meant.</param>
    /// <param name="json">The option that has a report written to standard output.</param>
    public static Failure? Refusal(IReadOnlyList<InjectPlan> plans, CommandOption json)
    {
        Destination? variable = plans.SelectMany(plan => plan.Destinations)
            .FirstOrDefault(destination => destination is PipelineDestination);
        Failure? refusal =
            variable is null ? null
            : json.HasValue()
                ? Failure.Of(DiagnosticDescriptors.SettingsConflict, "--json", $"{variable.Kind}, which writes to standard output too")
            : IsKeptOrDropped ? Failure.Of(DiagnosticDescriptors.NoJobOutput, variable.Kind)
            : null;
        return refusal?.At(variable!.DeclaredAt);
    }

    /// <summary>A file would keep the token in clear, and nobody would read the command that masks it.</summary>
    private static bool IsKeptOrDropped => OperatingSystem.IsLinux() && Console.IsOutputRedirected
        && new FileInfo("/proc/self/fd/1").LinkTarget is { } target && target.StartsWith('/')
        && (target == "/dev/null" || !target.StartsWith("/dev/", StringComparison.Ordinal));
}
