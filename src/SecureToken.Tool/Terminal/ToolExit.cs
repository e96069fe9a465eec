using System.Runtime.InteropServices;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Forget;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Reset;
using SecureToken.Core.Operations.Status;

namespace SecureToken.Tool.Terminal;

/// <summary>The exit status of the process: that of the design, and what only a process has.</summary>
internal static class ToolExit
{
    private static int _signal = 2;

    /// <summary>
    /// What <c>run</c> ends with when it failed itself: as of docker, env and timeout, so that a program's own status stays readable.
    /// </summary>
    public const int OwnFailureOfRun = 125;

    /// <summary>
    /// What <c>run --on-reset exit</c> ends with when it has ended the program because a token was reset: EX_TEMPFAIL of sysexits.h, try
    /// again.
    /// </summary>
    public const int EndedForReset = 75;

    private const int NotExecutable = 126;
    private const int NotFound = 127;

    /// <summary>128 and the signal's number: what shells report of a command that a signal ended.</summary>
    private static int Interrupted => 128 + Volatile.Read(ref _signal);

    /// <summary>Notes the signal that ends the run.</summary>
    public static void EndsBy(PosixSignal signal) => Volatile.Write(ref _signal, signal == PosixSignal.SIGTERM ? 15 : 2);

    public static int Of(Failure failure) =>
        failure.Descriptor == DiagnosticDescriptors.Cancelled ? Interrupted : (int)failure.Descriptor.Exit;

    /// <summary>The exit status of <c>run</c> when it has not run the program.</summary>
    public static int OfRun(Failure failure) =>
        failure.Descriptor == DiagnosticDescriptors.Cancelled ? Interrupted
        : failure.Descriptor == DiagnosticDescriptors.ProgramNotFound ? NotFound
        : failure.Descriptor == DiagnosticDescriptors.ProgramNotExecutable ? NotExecutable
        : OwnFailureOfRun;

    public static int Of(InjectReport report) =>
        report.Failure is { } failure ? Of(failure)
        : report.Destinations.Any(destination => destination.Failure?.Descriptor == DiagnosticDescriptors.Cancelled) ? Interrupted
        : (int)report.Exit;

    public static int Of(StatusRun run) =>
        run.Tokens.Any(token => token.Failure?.Descriptor == DiagnosticDescriptors.Cancelled) ? Interrupted : (int)run.Exit;

    public static int Of(ResetReport report) =>
        report.Failures.Any(failure => failure.Descriptor == DiagnosticDescriptors.Cancelled) ? Interrupted : (int)report.Exit;

    public static int Of(ForgetReport report) =>
        report.Lines.Select(line => line.Reason).Concat(report.LedgerFailures)
            .Any(failure => failure?.Descriptor == DiagnosticDescriptors.Cancelled) ? Interrupted : (int)report.Exit;

    public static int Of(InjectRun run) =>
        run.Reports.Any(report => Of(report) == Interrupted) ? Interrupted : (int)run.Exit;
}
