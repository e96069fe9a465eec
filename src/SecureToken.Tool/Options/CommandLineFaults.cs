using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Diagnostics;

namespace SecureToken.Tool.Options;

/// <summary>
/// Finds what is wrong with the command line before it is parsed, so that the answer is one line with the nearest match and never
/// repeats a value: whoever types a secret in the wrong place must not find it in a log.
/// </summary>
internal static class CommandLineFaults
{
    private static readonly Dictionary<string, string> TemptingOptions = new(StringComparer.Ordinal)
    {
        ["--api-key"] = "--api-key-file, --api-key-stdin or the variable SECTOKEN_API_KEY",
        ["--apikey"] = "--api-key-file, --api-key-stdin or the variable SECTOKEN_API_KEY",
        ["--iam-token"] = "--iam-token-file, --iam-token-stdin or the variable SECTOKEN_IAM_TOKEN",
        ["--token"] = "--token-stdin",
    };

    public static Failure? Find(CommandLineApplication application, IReadOnlyList<string> arguments)
    {
        CommandLineApplication command = application;
        int words = 0;
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (argument == "--" && command.AllowArgumentSeparator)
            {
                // What follows belongs to another program.
                return null;
            }

            if (!argument.StartsWith('-') || argument == "-")
            {
                if (command.Commands.FirstOrDefault(candidate => candidate.Name == argument) is { } inner)
                {
                    command = inner;
                    continue;
                }

                if (words++ < command.Arguments.Count && argument.Length > 0)
                {
                    continue;
                }

                return UnknownWord(command, argument);
            }

            int separator = argument.AsSpan().IndexOfAny('=', ':');
            string name = separator < 0 ? argument : argument[..separator];
            CommandOption? option = command.GetOptions().FirstOrDefault(candidate => Matches(candidate, name));
            if (option is null)
            {
                return TemptingOptions.TryGetValue(name, out string? instead)
                    ? Failure.Of(DiagnosticDescriptors.CredentialOnCommandLine, name, instead)
                    : UnknownOption(command, name);
            }

            if (option.OptionType == CommandOptionType.NoValue)
            {
                if (separator >= 0)
                {
                    return Failure.Of(DiagnosticDescriptors.SettingInvalid, name, "***", "it takes no value");
                }

                continue;
            }

            if (option.OptionType == CommandOptionType.SingleValue
                && arguments.Take(i).Any(earlier => Matches(option, earlier.Split('=', ':')[0])))
            {
                return Failure.Of(DiagnosticDescriptors.SettingsConflict, name, $"the earlier {name}");
            }

            if (separator >= 0 ? separator == argument.Length - 1 : ++i == arguments.Count || arguments[i].Length == 0)
            {
                return Failure.Of(DiagnosticDescriptors.SettingInvalid, name, string.Empty, "it needs a value");
            }
        }

        return null;
    }

    private static bool Matches(CommandOption option, string name) =>
        (option.LongName is { } longName && name == "--" + longName) || (option.ShortName is { } shortName && name == "-" + shortName)
        || (option.SymbolName is { } symbol && name == "-" + symbol);

    private static Failure UnknownOption(CommandLineApplication command, string name)
    {
        string? nearest = Suggestion.Nearest(name, command.GetOptions().Select(option => "--" + option.LongName));
        return Failure.Of(
            DiagnosticDescriptors.UnknownArgument, "The option", Shown(name, nearest),
            nearest is null ? $"Run '{FullName(command)} --help'." : $"Did you mean '{nearest}'?");
    }

    private static Failure UnknownWord(CommandLineApplication command, string word)
    {
        string? nearest = Suggestion.Nearest(word, command.Commands.Select(candidate => candidate.Name!));
        return Failure.Of(
            DiagnosticDescriptors.UnknownArgument,
            command.Commands.Count > 0 ? "The command" : "The argument",
            Shown(word, nearest),
            nearest is not null ? $"Did you mean '{nearest}'?"
            : command.AllowArgumentSeparator ? $"Put '--' before the program: {FullName(command)} [options] -- PROGRAM ARGUMENTS."
            : $"Run '{FullName(command)} --help'.");
    }

    /// <summary>What is not like a word of ours may be a secret in the wrong place (an API key can start with a dash).</summary>
    public static string Shown(string text, string? nearest)
    {
        bool isWord = text.Length <= 24 && text.All(character => char.IsAsciiLetterLower(character) || character == '-');
        return isWord || (nearest is not null && text.All(char.IsAscii)) ? text : "...";
    }

    private static string FullName(CommandLineApplication command) =>
        command.Parent is null ? command.Name! : $"{FullName(command.Parent)} {command.Name}";
}
