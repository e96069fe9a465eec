using System.Runtime.InteropServices;
using System.Text;
using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;
using SecureToken.Tool.Commands;
using SecureToken.Tool.Completion;
using SecureToken.Tool.Options;
using SecureToken.Tool.Output;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool;

/// <summary>The command line as a whole: commands, help, and the one place where a failure becomes an exit status.</summary>
internal static class Application
{
    /// <summary>SIGXFSZ, on Linux and macOS.</summary>
    private const PosixSignal FileSizeExceeded = (PosixSignal)25;

    public static int Run(string[] arguments, ToolConsole console) => console.ExitWith(Execute(InUsualWords(arguments), console));

    private static int Execute(string[] arguments, ToolConsole console)
    {
        using var cancellation = new CancellationTokenSource();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);

        // On Windows these are Ctrl+Break and a window that is closed. Elsewhere they end the process as they end any other.
        bool isWindows = OperatingSystem.IsWindows();
        using PosixSignalRegistration? quit = isWindows ? PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Cancel) : null;
        using PosixSignalRegistration? hangUp = isWindows ? PosixSignalRegistration.Create(PosixSignal.SIGHUP, Cancel) : null;

        // A process without a handler dies at the limit on the size of files (ulimit -f); with one, the write fails and is told.
        using PosixSignalRegistration? tooLarge =
            isWindows ? null : PosixSignalRegistration.Create(FileSizeExceeded, static context => context.Cancel = true);
        using var help = new StringWriter();
        CommandLineApplication? application = null;

        // Its exit status is that of another program, so its own failures are told apart from that.
        bool isRun = arguments.Length > 0 && arguments[0] == RunCommand.Name;
        try
        {
            application = Create(console, cancellation.Token);
            PrintHelpTo(application, help);
            if (CompletionCommand.Answer(application, arguments, console, cancellation.Token) is { } answered)
            {
                return answered;
            }

            if (CommandLineFaults.Find(application, arguments) is { } fault)
            {
                return Refuse(fault);
            }

            if (NeedsCryptography(application, arguments) && OpenSsl.IsMissing)
            {
                return Refuse(Failure.Of(DiagnosticDescriptors.OpenSslMissing));
            }

            console.Live.Start();
            int exit = application.Execute(arguments);
            console.Live.Stop();
            if (help.GetStringBuilder().Length > 0)
            {
                console.WriteData(Encoding.UTF8.GetBytes(help.ToString()));
            }

            return exit;
        }
        catch (CommandParsingException)
        {
            // Its text can repeat a value, and a value can be a secret that was typed in the wrong place.
            return Refuse(Failure.Of(DiagnosticDescriptors.UnknownArgument, "The command line", "...", "Run 'dotnet sectoken --help'."));
        }
        catch (OperationCanceledException)
        {
            return Refuse(Failure.Of(DiagnosticDescriptors.Cancelled));
        }
#pragma warning disable CA1031 // The edge: whatever was not foreseen becomes one line, never a stack trace.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // The type names the defect; the text of an exception could hold anything.
            return Refuse(Failure.Of(DiagnosticDescriptors.Unexpected, exception.GetBaseException().GetType().Name));
        }

        int Refuse(Failure fault)
        {
            console.Live.Stop();
            if (arguments.TakeWhile(argument => argument != "--").Contains("--json"))
            {
                // Only a word that is a command of ours: another one could be a secret in the wrong place.
                string? command = application?.Commands.FirstOrDefault(candidate => arguments.Contains(candidate.Name))?.Name;
                console.WriteData(JsonReportWriter.Of(command ?? string.Empty, fault));
            }

            console.Error(fault);
            return isRun ? ToolExit.OfRun(fault) : ToolExit.Of(fault);
        }

        void Cancel(PosixSignalContext context)
        {
            ToolExit.EndsBy(context.Signal);
            cancellation.Cancel();

            // While a credential is awaited nothing has begun, and the read would go on: die as any program that waits for its input.
            context.Cancel = !console.IsReadingInput;
        }
    }

    /// <summary>Other words that people type for help and the version. Behind <c>--</c> they are words of a program.</summary>
    private static string[] InUsualWords(string[] arguments) => arguments switch
    {
        ["version"] => ["--version"],
        ["help", .. string[] command] => [.. command, "--help"],
        _ when Array.IndexOf(arguments, "-?") is >= 0 and int at && Array.IndexOf(arguments, "--") is var end && (end < 0 || at < end) =>
            [.. arguments[..at], "--help", .. arguments[(at + 1)..]],
        _ => arguments,
    };

    /// <summary>All commands take fingerprints at least, but for those that only print texts and settings.</summary>
    private static bool NeedsCryptography(CommandLineApplication application, string[] arguments) =>
        arguments.Length > 0 && application.Commands.Exists(command => command.Name == arguments[0])
        && arguments[0] is not (Scripts.CommandName or ConfigCommand.Name)
        && !arguments.TakeWhile(argument => argument != "--").Any(argument => argument is "-h" or "--help");

    private static CommandLineApplication Create(ToolConsole console, CancellationToken cancellation)
    {
        var application = new CommandLineApplication
        {
            Name = "dotnet sectoken",
            Description = "Gets a team's Secure API token to the programs that need it.",
            ExtendedHelpText = HelpTexts.Application,
        };
        application.HelpOption("-h|--help", inherited: true).Description = "Show this help.";

        // Not VersionOption: every help would begin with the version.
        CommandOption version = application.Option("--version", "Show the version.", CommandOptionType.NoValue);
        InitCommand.Add(application, console, cancellation);
        InjectCommand.Add(application, console, cancellation);
        GetCommand.Add(application, console, cancellation);
        ResetCommand.Add(application, console, cancellation);
        TeamsCommand.Add(application, console, cancellation);
        RunCommand.Add(application, console, cancellation);
        StatusCommand.Add(application, console, cancellation);
        DoctorCommand.Add(application, console, cancellation);
        ConfigCommand.Add(application, console, cancellation);
        WatchCommand.Add(application, console, cancellation);
        LedgerCommand.Add(application, console, cancellation);
        ForgetCommand.Add(application, console, cancellation);
        CompletionCommand.Add(application, console);
        application.OnExecute(() =>
        {
            if (version.HasValue())
            {
                application.Out.WriteLine(ToolVersion.Text);
            }
            else
            {
                application.ShowHelp();
            }

            return 0;
        });
        return application;
    }

    /// <summary>Help and version are data like any other.</summary>
    private static void PrintHelpTo(CommandLineApplication application, TextWriter help)
    {
        application.Out = help;
        application.HelpTextGenerator = new HelpWriter();
        application.Commands.ForEach(command => PrintHelpTo(command, help));
    }
}
