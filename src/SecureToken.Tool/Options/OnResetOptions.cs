using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Run;
using SecureToken.Core.Processes;

namespace SecureToken.Tool.Options;

/// <summary>What <c>run</c> does when a token is reset.</summary>
/// <param name="What">What happens after a reset.</param>
/// <param name="Signal">The signal that it sends.</param>
/// <param name="Interval">The interval of the checks.</param>
internal sealed record OnResetOptions(OnReset What, int Signal, TimeSpan Interval)
{
    /// <summary>The words for what happens.</summary>
    public static IReadOnlyList<string> Words { get; } =
        OperatingSystem.IsWindows() ? ["ignore", "restart", "exit"] : ["ignore", "restart", "signal", "exit"];

    public static Result<OnResetOptions> Parse(CommandOption onReset, CommandOption signal, CommandOption interval)
    {
        OnReset? what = onReset.Value() switch
        {
            null or "ignore" => OnReset.Ignore,
            "restart" => OnReset.Restart,
            "signal" when !OperatingSystem.IsWindows() => OnReset.Signal,
            "exit" => OnReset.Exit,
            _ => null,
        };
        if (what is not { } known)
        {
            return Failure.Of(
                DiagnosticDescriptors.SettingInvalid, "--on-reset", PrintableText.Ascii(onReset.Value()!, 20),
                OperatingSystem.IsWindows()
                    ? "it must be ignore, restart or exit; Windows has no signals" : "it must be ignore, restart, signal or exit");
        }

        CommandOption? idle = signal.HasValue() && known != OnReset.Signal
            ? signal : interval.HasValue() && known == OnReset.Ignore ? interval : null;
        if (idle is not null)
        {
            return Failure.Of(DiagnosticDescriptors.SettingsConflict, "--" + idle.LongName, $"--on-reset {onReset.Value() ?? "ignore"}");
        }

        return Signals.Parse(signal.Value() ?? "HUP") is not { } number
            ? Failure.Of(
                DiagnosticDescriptors.SettingInvalid, "--signal", PrintableText.Ascii(signal.Value()!, 20),
                $"it must be a number or one of {string.Join(", ", Signals.Names)}")
            : WatchInterval.Parse(interval.Value()).Succeeded(out TimeSpan pause, out Failure? failure)
                ? new OnResetOptions(known, number, pause)
            : failure;
    }
}
