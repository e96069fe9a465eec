using System.Globalization;
using System.Text.RegularExpressions;
using SecureToken.Core.Diagnostics;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Diagnostics;

public sealed partial class DiagnosticsTests
{
    private static readonly object[] Arguments = ["«0»", "«1»", "«2»", "«3»", "«4»", "«5»"];

    [Fact]
    public void Every_diagnostic_is_listed_once_and_has_its_texts()
    {
        Assert.Equal(DiagnosticDescriptors.All.Count, DiagnosticDescriptors.All.Select(diagnostic => diagnostic.Code).Distinct().Count());
        int fields = typeof(DiagnosticDescriptors).GetFields().Count(field => field.FieldType == typeof(DiagnosticDescriptor));
        Assert.Equal(fields, DiagnosticDescriptors.All.Count);
        foreach (DiagnosticDescriptor diagnostic in DiagnosticDescriptors.All)
        {
            Assert.Matches("^SECTOK[0-9]{3}$", diagnostic.Code);
            Assert.NotEmpty(diagnostic.Message(Arguments));
            Assert.NotEmpty(diagnostic.NextStep(Arguments));
        }
    }

    [Fact]
    public void No_terminal_and_no_build_obeys_what_a_message_repeats()
    {
        const string Hostile = "eu\u001b[2J-de\r\n\u007f\u202e\u2028";
        const string Shown = "eu?[2J-de?????";
        Failure failure = Failure.Of(DiagnosticDescriptors.SettingsConflict, Hostile, "x");
        Assert.StartsWith(Shown, failure.Message, StringComparison.Ordinal);
        Assert.StartsWith(Shown + ": ", failure.At(Hostile).Message, StringComparison.Ordinal);
        Assert.Equal((Shown, Shown), (Of(Hostile).Message, Of(Hostile).NextStep));

        static Failure Of(string text) => Failure.Remembered(DiagnosticDescriptors.Cancelled, text, text);
    }

    [Fact]
    public void The_page_of_messages_has_an_entry_with_the_very_texts_of_every_code()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "diagnostics.md"));
        foreach (DiagnosticDescriptor diagnostic in DiagnosticDescriptors.All)
        {
            string[] sections = page.Split($"\n## {diagnostic.Code}\n");
            Assert.True(sections.Length == 2, $"docs/diagnostics.md has {sections.Length - 1} entries for {diagnostic.Code}.");
            string section = sections[1].Split("\n## ")[0];
            object[] placeholders = [.. Enumerable.Range(0, 6).Select(i => $"{{{i.ToString(CultureInfo.InvariantCulture)}}}")];
            Assert.Contains("> " + diagnostic.Message(placeholders) + "\n", section, StringComparison.Ordinal);
            Assert.Contains("> " + diagnostic.NextStep(placeholders) + "\n", section + "\n", StringComparison.Ordinal);
        }

        Assert.Equal(DiagnosticDescriptors.All.Count, EntryPattern().Count(page));
    }

    [Fact]
    public void No_message_names_a_file_that_only_a_clone_of_this_repository_has()
    {
        foreach (DiagnosticDescriptor diagnostic in DiagnosticDescriptors.All)
        {
            Assert.DoesNotMatch(@"\b(docs|samples|build|tests)/|\.md\b|\.schema\.json", diagnostic.Message(Arguments) + " " + diagnostic.NextStep(Arguments));
        }
    }

    [Fact]
    public void The_code_that_is_found_is_the_one_that_was_asked_for()
    {
        Assert.Equal(DiagnosticDescriptors.WrongTeam, DiagnosticDescriptors.Find("SECTOK404"));
        Assert.Null(DiagnosticDescriptors.Find("SECTOK000"));
    }

    [GeneratedRegex("^## SECTOK", RegexOptions.Multiline)]
    private static partial Regex EntryPattern();
}
