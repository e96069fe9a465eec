using System.Text;
using McMaster.Extensions.CommandLineUtils;
using McMaster.Extensions.CommandLineUtils.HelpText;
using SecureToken.Tool.Commands;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Output;

/// <summary>
/// The help of a command, as wide as the terminal: its own options first, then those that other commands have too, by subject.
/// </summary>
internal sealed class HelpWriter : IHelpTextGenerator
{
    private const int Narrowest = 40;
    private const int Widest = 120;
    private const int WithoutTerminal = 80;

    // A description that would get fewer columns begins on a line of its own.
    private const int FewestForDescription = 30;

    private static readonly (string Heading, string[] Options)[] Shared =
    [
        ("Destinations", ["project", "user-secrets", "dotenv", "json-file", "kubernetes", "secret", "key", "name"]),
        ("Connection",
            ["region", "endpoint", "instance", "team", "iam-endpoint", "resource-controller", "private", "verify", "ca-bundle",
                "trust-host", "timeout"]),
        ("Credential",
            ["api-key-file", "api-key-stdin", "iam-token-file", "iam-token-stdin", "credential", "iam-profile"]),
        ("Output", ["json", "quiet", "verbose", "help"]),
    ];

    // Of "init" and "run" these are no destinations that other commands have.
    private static readonly string[] WithOwnDestinations = [InitCommand.Name, RunCommand.Name];

    /// <inheritdoc/>
    public void Generate(CommandLineApplication application, TextWriter output)
    {
        int width = Math.Clamp(ToolConsole.Width ?? WithoutTerminal, Narrowest, Widest);
        var text = new StringBuilder();
        Paragraph(text, application.Description ?? string.Empty, string.Empty, width);
        text.Append('\n');
        Paragraph(text, "Usage: " + UsageOf(application), "       ", width);
        List<(string Heading, List<(string Name, string Description)> Rows)> sections = [.. SectionsOf(application)];
        int column = Math.Min(31, sections.SelectMany(section => section.Rows).Select(row => row.Name.Length).DefaultIfEmpty(0).Max() + 4);
        foreach ((string heading, List<(string Name, string Description)> rows) in sections)
        {
            text.Append('\n').Append(heading).Append(":\n");
            rows.ForEach(row => Row(text, row.Name, row.Description, column, width));
        }

        if (application.Parent is null)
        {
            text.Append('\n');
            Paragraph(text, $"'{application.Name} help COMMAND' describes a command.", string.Empty, width);
        }

        Explain(text, application.ExtendedHelpText ?? string.Empty, width);
        output.Write(text.ToString());
    }

    private static string UsageOf(CommandLineApplication application)
    {
        string name = string.Empty;
        for (CommandLineApplication? at = application; at is not null; at = at.Parent)
        {
            name = at.Name + (name.Length > 0 ? " " : string.Empty) + name;
        }

        return name + (application.Commands.Count > 0 ? " COMMAND" : string.Empty)
            + string.Concat(application.Arguments.Select(argument => $" [{argument.Name}]"))
            + (application.GetOptions().Any() ? " [options]" : string.Empty)
            + (application.AllowArgumentSeparator ? " -- PROGRAM [ARGUMENT...]" : string.Empty);
    }

    private static IEnumerable<(string Heading, List<(string Name, string Description)> Rows)> SectionsOf(
        CommandLineApplication application)
    {
        CommandOption[] options = [.. application.GetOptions().Where(option => option.ShowInHelpText)];
        bool hasOwnDestinations = WithOwnDestinations.Contains(application.Name);
        var shared = Shared.Where(group => !hasOwnDestinations || group.Heading != "Destinations").ToArray();
        if (application.Commands.Count > 0)
        {
            yield return ("Commands",
                [.. application.Commands.Where(command => command.ShowInHelpText).OrderBy(command => command.Name, StringComparer.Ordinal)
                    .Select(command => (command.Name!, command.Description ?? string.Empty))]);
        }

        if (application.Arguments.Count > 0)
        {
            yield return ("Arguments",
                [.. application.Arguments.Select(argument => (argument.Name ?? string.Empty, argument.Description ?? string.Empty))]);
        }

        // A heading for the help alone would say nothing.
        if (options.Count(option => option.LongName is "help" or "version") == options.Length)
        {
            shared = [];
        }

        IEnumerable<CommandOption> own = options.Where(option => !shared.Any(group => group.Options.Contains(option.LongName)));
        foreach ((string heading, IEnumerable<CommandOption> some) in shared
            .Select(group => (group.Heading, group.Options
                .Select(name => Array.Find(options, option => option.LongName == name)).OfType<CommandOption>()))
            .Prepend(("Options", own)))
        {
            List<(string, string)> rows = [.. some.Select(option => (NameOf(option), option.Description ?? string.Empty))];
            if (rows.Count > 0)
            {
                yield return (heading, rows);
            }
        }
    }

    private static string NameOf(CommandOption option) =>
        (option.ShortName is { Length: > 0 } letter ? $"-{letter}, " : string.Empty) + "--" + option.LongName
            + (option.OptionType == CommandOptionType.NoValue ? string.Empty : $" <{option.ValueName}>");

    private static void Row(StringBuilder text, string name, string description, int column, int width)
    {
        bool isBelow = width - column < FewestForDescription || name.Length + 4 > column;
        string indent = new(' ', width - column < FewestForDescription ? 6 : column);
        string first = "  " + name;
        if (isBelow)
        {
            text.Append(first).Append('\n');
            first = indent;
        }

        Paragraph(text, description, indent, width, first.PadRight(indent.Length));
    }

    /// <summary>Words in lines that are no wider than the terminal.</summary>
    private static void Paragraph(StringBuilder text, string words, string indent, int width, string first = "")
    {
        var line = new StringBuilder(first);
        bool isEmpty = true;
        foreach (string word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!isEmpty && DisplayText.WidthOf(line.ToString()) + 1 + DisplayText.WidthOf(word) > width)
            {
                text.Append(line).Append('\n');
                line.Clear().Append(indent);
                isEmpty = true;
            }

            line.Append(isEmpty ? string.Empty : " ").Append(word);
            isEmpty = false;
        }

        text.Append(line).Append('\n');
    }

    /// <summary>What is below the options: paragraphs, words with their meaning, and examples.</summary>
    private static void Explain(StringBuilder text, string explanation, int width)
    {
        var paragraph = new List<string>();
        foreach (string line in explanation.Split('\n').Select(line => line.TrimEnd('\r')))
        {
            if (line.Length > 0 && line[0] != ' ' && line[^1] != ':')
            {
                paragraph.Add(line);
                continue;
            }

            if (line.Length > 0 && line[0] != ' ')
            {
                paragraph.Add(line);
            }

            if (paragraph.Count > 0)
            {
                Paragraph(text, string.Join(' ', paragraph), string.Empty, width);
                paragraph.Clear();
            }

            if (line.Length == 0)
            {
                text.Append('\n');
            }
            else if (line[0] == ' ')
            {
                Indented(text, line.Trim(), width);
            }
        }

        text.Length -= text.Length > 1 && text[^1] == '\n' && text[^2] == '\n' ? 1 : 0;
    }

    private static void Indented(StringBuilder text, string line, int width)
    {
        int gap = line.IndexOf("  ", StringComparison.Ordinal);
        (string first, string rest) = gap < 0 ? (line, string.Empty) : (line[..gap], line[gap..].Trim());
        if (!first.Contains("sectoken", StringComparison.Ordinal))
        {
            Row(text, first, rest, 15, width);
            return;
        }

        // What is copied must run: the explanation is a comment above, and a long line goes on behind the shell's own mark.
        if (rest.Length > 0)
        {
            Paragraph(text, "# " + rest, "  # ", width, "  ");
        }

        string mark = OperatingSystem.IsWindows() ? " `" : " \\";
        var command = new StringBuilder("  ");
        bool isEmpty = true;
        foreach (string word in Parts(first))
        {
            if (!isEmpty && command.Length + 1 + word.Length + mark.Length > width)
            {
                text.Append(command).Append(mark).Append('\n');
                command.Clear().Append("    ");
                isEmpty = true;
            }

            command.Append(isEmpty ? string.Empty : " ").Append(word);
            isEmpty = false;
        }

        text.Append(command).Append('\n');
    }

    /// <summary>The words of a command, with what is in quotes as one, and a value beside its option.</summary>
    private static IEnumerable<string> Parts(string command)
    {
        var part = new StringBuilder();
        bool isQuoted = false;
        foreach (string word in command.Split(' '))
        {
            if (!isQuoted && part.Length > 0 && (word.StartsWith('-') || word == "|"))
            {
                yield return part.ToString();
                part.Clear();
            }

            part.Append(part.Length > 0 ? " " : string.Empty).Append(word);
            isQuoted ^= word.Count(character => character == '"') % 2 == 1;
        }

        yield return part.ToString();
    }
}
