using System.Reflection;
using System.Runtime.InteropServices;
using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Diagnostics;
using SecureToken.Tool.Commands;

namespace SecureToken.Tool;

/// <summary>The command line as a whole: commands, help, and the one place where a failure becomes an exit status.</summary>
internal static class Application
{
    /// <summary>128 + SIGINT: what shells report of a command that was interrupted.</summary>
    private const int Interrupted = 130;

    public static int Run(string[] arguments, ToolConsole console)
    {
        using var cancellation = new CancellationTokenSource();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        try
        {
            CommandLineApplication application = Create(console, cancellation.Token);
            if (CommandLineFaults.Find(application, arguments) is { } fault)
            {
                console.Error(fault);
                return (int)fault.Diagnostic.Exit;
            }

            int exit = application.Execute(arguments);
            return cancellation.IsCancellationRequested && exit != 0 ? Interrupted : exit;
        }
        catch (CommandParsingException)
        {
            // Its text can repeat a value, and a value can be a secret that was typed in the wrong place.
            console.Error(Failure.Of(Known.UnknownArgument, "The command line", string.Join(' ', arguments.Take(1)), "Run 'dotnet sectoken --help'."));
            return (int)ExitStatus.Usage;
        }
#pragma warning disable CA1031 // The edge: whatever was not foreseen becomes one line, never a stack trace.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // The type names the defect; the text of an exception could hold anything.
            console.Error(Failure.Of(Known.Unexpected, exception.GetBaseException().GetType().Name + " in " + (exception.GetBaseException().TargetSite?.Name ?? "?")));
            return (int)ExitStatus.Unexpected;
        }

        void Cancel(PosixSignalContext context)
        {
            context.Cancel = true;
            cancellation.Cancel();
        }
    }

    private static CommandLineApplication Create(ToolConsole console, CancellationToken cancellation)
    {
        var application = new CommandLineApplication
        {
            Name = "dotnet sectoken",
            Description = "Gets a team's Secure API token to the programs that need it.",
            ExtendedHelpText = HelpTexts.Application,
        };
        application.HelpOption("-h|--help", inherited: true);
        application.VersionOption("--version", Version);
        InjectCommand.Add(application, console, cancellation);
        GetCommand.Add(application, console, cancellation);
        application.OnExecute(() =>
        {
            application.ShowHelp();
            return 0;
        });
        return application;
    }

    private static string Version =>
        typeof(Application).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
}
