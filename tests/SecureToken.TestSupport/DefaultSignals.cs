using System.Diagnostics;

namespace SecureToken.TestSupport;

/// <summary>
/// Starts programs with the default disposition of every signal. A process inherits the signals that its parent ignores, and the tests
/// are a child too: SIGINT is ignored in the background of a non-interactive shell, SIGHUP under nohup. Programs under test must not
/// inherit it.
/// </summary>
public static class DefaultSignals
{
    // Perl's exec keeps the process id, as env's does. A shell cannot do this: POSIX forbids it to reset what was ignored when it began.
    private const string Perl =
        "$SIG{$_} = 'DEFAULT' for qw(HUP INT QUIT PIPE ALRM TERM USR1 USR2 CHLD CONT TSTP TTIN TTOU WINCH); "
        + "exec { $ARGV[0] } @ARGV; exit 127";

    private static readonly Lazy<string[]> Launcher = new(FindLauncher);

    /// <summary>What starts a program; it replaces itself with the program, so the process id is the program's.</summary>
    /// <exception cref="InvalidOperationException">This process ignores a signal, and no launcher is installed.</exception>
    public static ProcessStartInfo Start(string file, IEnumerable<string> arguments)
    {
        // A program that does not exist is started as it is, so that the caller gets the usual exception.
        return !OperatingSystem.IsWindows() && Find(file) is { } program && Launcher.Value is { Length: > 0 } launcher
            ? new ProcessStartInfo(launcher[0], [.. launcher[1..], program, .. arguments])
            : new ProcessStartInfo(file, arguments);
    }

    /// <summary>The path of a program. The launcher would search the PATH of the child, which a test may have changed.</summary>
    private static string? Find(string file) =>
        Path.IsPathRooted(file) ? File.Exists(file) ? file : null
        : file.Contains('/', StringComparison.Ordinal) ? file
        : (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
            .Select(directory => Path.Combine(directory, file)).FirstOrDefault(File.Exists);

    private static string[] FindLauncher()
    {
        // GNU's env since coreutils 8.31; macOS has an env without the option, and Perl.
        string[][] launchers = [["env", "--default-signal"], ["perl", "-e", Perl, "--"]];
        foreach (string[] launcher in launchers)
        {
            if (Find(launcher[0]) is { } program && Find("true") is { } nothing && Works([program, .. launcher[1..], nothing]))
            {
                return [program, .. launcher[1..]];
            }
        }

        return !IgnoresSignals() ? [] : throw new InvalidOperationException(
            "The tests were started with SIGHUP, SIGINT or SIGQUIT ignored, and programs under test would inherit that. "
            + "Install GNU coreutils (8.31 or later) or Perl, or start the tests in the foreground.");
    }

    private static bool Works(string[] line)
    {
        using Process trial = Process.Start(new ProcessStartInfo(line[0], line[1..]) { RedirectStandardError = true })!;
        trial.StandardError.ReadToEnd();
        trial.WaitForExit();
        return trial.ExitCode == 0;
    }

    /// <summary>By /proc, which macOS does not have; but macOS has Perl.</summary>
    private static bool IgnoresSignals()
    {
        const ulong HangUpInterruptQuit = 0b111;
        const string Status = "/proc/self/status";
        const string Name = "SigIgn:";
        IEnumerable<string> lines = File.Exists(Status) ? File.ReadLines(Status) : [];
        return lines.FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal)) is { } ignored
            && (Convert.ToUInt64(ignored[Name.Length..].Trim(), 16) & HangUpInterruptQuit) != 0;
    }
}
