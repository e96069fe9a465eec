using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Processes;
using SecureToken.Core.Settings;
using SecureToken.Tool.Options;

namespace SecureToken.Tool.Completion;

/// <summary>What can be where the cursor is. Nothing means that the shell offers files.</summary>
internal static class Candidates
{
    // Words that stand where a command can be, and are none.
    private static readonly string[] OtherWords = ["help", "version"];

    /// <summary>The candidates for the last word, which may be empty.</summary>
    /// <param name="application">The command line as a whole.</param>
    /// <param name="words">The words behind the tool's name, up to the cursor.</param>
    /// <param name="teams">The names of the teams, asked for only where a team can be; gets the command and the words.</param>
    public static IEnumerable<string> Of(
        CommandLineApplication application, IReadOnlyList<string> words, Func<IReadOnlyList<string>, IEnumerable<string>> teams)
    {
        string last = words.Count > 0 ? words[^1] : string.Empty;
        bool isHelp = false;
        string[] before = [.. words.SkipLast(1)];
        if (before.Contains("--"))
        {
            return [];
        }

        if (before is ["help", ..])
        {
            before = before[1..];
            isHelp = true;
        }

        CommandLineApplication command = application;
        CommandOption? awaiting = null;
        foreach (string word in before)
        {
            if (awaiting is not null)
            {
                awaiting = null;
            }
            else if (word.StartsWith('-'))
            {
                awaiting = word.Contains('=', StringComparison.Ordinal)
                    ? null : Find(command, word) is { OptionType: not CommandOptionType.NoValue } option ? option : null;
            }
            else
            {
                command = command.Commands.FirstOrDefault(candidate => candidate.Name == word) ?? command;
            }
        }

        int separator = last.IndexOf('=', StringComparison.Ordinal);
        CommandOption? joined = separator > 0 ? Find(command, last[..separator]) : null;
        IEnumerable<string> all =
            joined is not null
                ? ValuesOf("--" + joined.LongName, [.. before, last[..separator]], teams).Select(value => last[..(separator + 1)] + value) :
            awaiting is not null ? ValuesOf("--" + awaiting.LongName, before, teams) :
            last.StartsWith('-') ? command.GetOptions().Where(option => option.ShowInHelpText).Select(option => "--" + option.LongName) :
            command.Commands.Where(candidate => candidate.ShowInHelpText).Select(candidate => candidate.Name!)
                .Concat(isHelp ? [] : command == application ? OtherWords : WordsOf(command));
        return all.Where(candidate => candidate.StartsWith(last, StringComparison.Ordinal));
    }

    private static CommandOption? Find(CommandLineApplication command, string word) =>
        command.GetOptions().FirstOrDefault(option => word == "--" + option.LongName || word == "-" + option.ShortName);

    private static IEnumerable<string> ValuesOf(string option, string[] before, Func<IReadOnlyList<string>, IEnumerable<string>> teams) =>
        option == SettingName.Team.Option ? teams(before)
        : option == SettingName.Region.Option ? Endpoint.KnownRegions
        : option == SettingName.Verify.Option ? VerifyWords.All
        : option == "--credential" ? CredentialFinder.SourceNames
        : option == "--on-reset" ? OnResetOptions.Words
        : option == "--signal" ? Signals.Names
        : [];

    private static IEnumerable<string> WordsOf(CommandLineApplication command) => command.Name == Scripts.CommandName ? Scripts.Shells : [];
}
