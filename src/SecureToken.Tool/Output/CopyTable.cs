using SecureToken.Core.Interop;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Output;

/// <summary>A copy in a table.</summary>
/// <param name="Word">What is said of it.</param>
/// <param name="Color">The colour of the word, see <see cref="PrintedLine"/>.</param>
/// <param name="Kind">The kind of destination.</param>
/// <param name="Location">Where it is.</param>
/// <param name="Slot">Under which key or names.</param>
/// <param name="Note">What else is said of it, or nothing.</param>
internal sealed record CopyLine(string Word, string Color, string Kind, string Location, string Slot, string Note);

/// <summary>
/// Copies in columns, as wide as they are for a pipe. On a terminal that is too narrow for a row, the rows are broken between columns,
/// never within a path: a path is there to be copied.
/// </summary>
internal static class CopyTable
{
    private const string Gap = "  ";

    public static IEnumerable<PrintedLine> Layout(IReadOnlyList<CopyLine> copies, ToolConsole console)
    {
        if (copies.Count == 0)
        {
            return [];
        }

        int? width = ToolConsole.Width;
        CopyLine[] rows = [.. copies.Select(copy => width is null ? copy : copy with { Location = Shorter(copy, console) })];
        int word = rows.Max(row => row.Word.Length);
        int kind = rows.Max(row => row.Kind.Length);
        int location = rows.Max(row => row.Location.Length);
        int slot = rows.Max(row => row.Slot.Length);
        int beforeLocation = Gap.Length + word + Gap.Length + kind + Gap.Length;
        return rows.Any(
            row => beforeLocation + location + Gap.Length
            + (row.Note.Length == 0 ? row.Slot.Length : slot + Gap.Length + row.Note.Length) > width)
            ? rows.SelectMany(Broken)
            : rows.Select(
                row => Line(row, Head(row) + Gap + row.Location.PadRight(location) + Gap + row.Slot.PadRight(slot) + Gap + row.Note));

        string Head(CopyLine row) => new string(' ', word - row.Word.Length) + Gap + row.Kind.PadRight(kind);

        IEnumerable<PrintedLine> Broken(CopyLine row)
        {
            bool fits = beforeLocation + row.Location.Length <= width;
            string indent = new(' ', fits ? beforeLocation : 2 * Gap.Length);
            yield return Line(row, fits ? Head(row) + Gap + row.Location : Head(row));
            foreach (string text in ((string[])[fits ? string.Empty : row.Location, row.Slot, row.Note]).Where(text => text.Length > 0))
            {
                yield return new PrintedLine(indent + text);
            }
        }
    }

    private static PrintedLine Line(CopyLine row, string text) => new(text) { Word = row.Word, Color = row.Color };

    /// <summary>For a person's eye: the id of user-secrets, a path from here or from home.</summary>
    private static string Shorter(CopyLine copy, ToolConsole console)
    {
        string location = copy.Location;
        if (copy.Kind == "user-secrets" && Path.GetFileName(Path.GetDirectoryName(location)) is { Length: > 0 } id)
        {
            return id;
        }

        string here = Environment.CurrentDirectory;
        return Below(here) is { } relative ? relative
            : console.Environment(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME") is { Length: > 1 } home
                && Below(home) is { } ofHome ? "~" + PathRules.Here.Separator + ofHome
            : location;

        string? Below(string directory) =>
            PathRules.Here.IsWithin(location, directory) && !PathRules.Here.AreSame(location, directory)
                ? location[(directory.TrimEnd(PathRules.Here.Separator).Length + 1)..] : null;
    }
}
