using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace SecureToken.Tool.Tests.Support;

/// <summary>What a run of the tool came to.</summary>
public sealed partial record ToolRun(int Exit, string Output, string Error)
{
    /// <summary>The codes of the errors, in order.</summary>
    public IEnumerable<string> Errors => ErrorLine().Matches(Error).Select(match => match.Groups["code"].Value);

    /// <summary>The codes of the warnings, in order.</summary>
    public IEnumerable<string> Warnings => WarningLine().Matches(Error).Select(match => match.Groups["code"].Value);

    public ToolRun Succeeds()
    {
        Assert.True(Exit == 0, $"Exit status {Exit}:\n{Output}{Error}");
        Assert.Empty(Errors);
        return this;
    }

    /// <summary>One line with the code, one line that says what to do, no stack trace, nothing a terminal would obey.</summary>
    public ToolRun FailsWith(int exit, string code)
    {
        Assert.True(Exit == exit, $"Exit status {Exit} instead of {exit}:\n{Output}{Error}");
        Assert.Equal([code], Errors);
        Assert.Matches($@"(^|\n)dotnet-sectoken : error {code}: [^\n]+\n  [^\s][^\n]+\n", Error);
        Assert.DoesNotMatch(@"\n\s+at |Exception", Error);
        AssertPrintable(Error);
        return this;
    }

    /// <summary>The one JSON object on standard output.</summary>
    public JsonElement Json()
    {
        using var document = JsonDocument.Parse(Output);
        Assert.Equal(2, document.RootElement.GetProperty("schemaVersion").GetInt32());
        Assert.Equal(Exit, document.RootElement.GetProperty("exitStatus").GetInt32());
        return document.RootElement.Clone();
    }

    public static void AssertPrintable(string text) =>
        Assert.True(text.All(character => character is '\n' or (>= ' ' and <= '~')), "Not printable ASCII:\n" + Uri.EscapeDataString(text));

    [GeneratedRegex(@"^dotnet-sectoken : error (?<code>SECTOK\d{3}): ", RegexOptions.Multiline)]
    private static partial Regex ErrorLine();

    [GeneratedRegex(@"^dotnet-sectoken : warning (?<code>SECTOK\d{3}): ", RegexOptions.Multiline)]
    private static partial Regex WarningLine();
}
