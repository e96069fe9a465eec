using System.Text;
using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Diagnostics;
using SecureToken.Tool.Completion;
using SecureToken.Tool.Options;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Commands;

/// <summary><c>completion</c>: the script that completes the tool's command line in a shell.</summary>
internal static class CompletionCommand
{
    /// <summary>The word by which the scripts ask for candidates; it is in no help.</summary>
    private const string Question = "complete";

    public static void Add(CommandLineApplication application, ToolConsole console) =>
        application.Command(Scripts.CommandName, command =>
        {
            command.Description = "Print the completion script for a shell.";
            command.ExtendedHelpText = HelpTexts.Completion;
            CommandArgument shell = command.Argument("SHELL", string.Join(", ", Scripts.Shells) + ".");
            command.OnExecute(() =>
            {
                if (shell.Value is { } name && Scripts.Shells.Contains(name))
                {
                    console.WriteData(Encoding.UTF8.GetBytes(Scripts.Of(name)));
                    return 0;
                }

                Failure failure = shell.Value is null
                    ? Failure.Of(DiagnosticDescriptors.SettingMissing, "The shell", $"one of {string.Join(", ", Scripts.Shells)}")
                    : Failure.Of(
                        DiagnosticDescriptors.UnknownArgument, "The shell", CommandLineFaults.Shown(shell.Value, null),
                        $"It is one of {string.Join(", ", Scripts.Shells)}.");
                console.Error(failure);
                return ToolExit.Of(failure);
            });
        });

    /// <summary>
    /// Answers a shell: a candidate a line. Null when the command line is no question of a shell. Nothing is told that goes wrong: the
    /// person has only pressed a key.
    /// </summary>
    public static int? Answer(
        CommandLineApplication application, IReadOnlyList<string> arguments, ToolConsole console, CancellationToken cancellation)
    {
        if (arguments is not [Question, "--", ..])
        {
            return null;
        }

        IEnumerable<string> candidates = Candidates.Of(
            application, [.. arguments.Skip(2)], words => LiveTeams.Of(words, console, cancellation));
        var lines = new StringBuilder();
        foreach (string candidate in candidates.Where(candidate => !candidate.Any(char.IsControl)))
        {
            lines.Append(candidate).Append('\n');
        }

        console.WriteData(Encoding.UTF8.GetBytes(lines.ToString()));
        return 0;
    }
}
