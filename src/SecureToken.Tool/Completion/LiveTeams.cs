using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Http;
using SecureToken.Core.Interop;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Settings;
using SecureToken.Tool.Options;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Completion;

/// <summary>The names of the teams that the command line so far leads to.</summary>
internal static class LiveTeams
{
    /// <summary>Nobody waits longer for a key.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The names; none when they cannot be had.</summary>
    /// <param name="words">The words before the one that is completed, the option for the team at their end.</param>
    /// <param name="console">Reads the environment.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> words, ToolConsole console, CancellationToken cancellation)
    {
        var command = new CommandLineApplication(throwOnUnexpectedArg: false);
        var common = new CommonOptions(command);
        command.Parse([.. OptionsOf(command, words.SkipLast(1).ToArray())]);
        return !OpenSsl.IsMissing
            && common.ResolveSettings(console, null, isTeamNeeded: false).Succeeded(out TokenSettings? settings, out _)
            && common.ResolveTransport(console).Succeeded(out TransportOptions? transport, out _)
                ? TeamNames.ListAsync(
                    settings, common.CredentialsFrom(console, cancellation), transport with { Deadline = Patience }, cancellation)
                    .GetAwaiter().GetResult()
                : [];
    }

    /// <summary>The options that every command has, with their values; not standard input, which belongs to the person.</summary>
    private static IEnumerable<string> OptionsOf(CommandLineApplication command, string[] words)
    {
        for (int i = 0; i < words.Length; i++)
        {
            int separator = words[i].IndexOf('=', StringComparison.Ordinal);
            string name = separator < 0 ? words[i] : words[i][..separator];
            if (command.GetOptions()
                .FirstOrDefault(candidate => "--" + candidate.LongName == name) is not { OptionType: not CommandOptionType.NoValue })
            {
                continue;
            }

            if (separator >= 0)
            {
                yield return words[i];
            }
            else if (i + 1 < words.Length)
            {
                yield return words[i];
                yield return words[++i];
            }
        }
    }
}
