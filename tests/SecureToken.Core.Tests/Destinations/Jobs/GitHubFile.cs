using Xunit;

namespace SecureToken.Core.Tests.Destinations.Jobs;

/// <summary>
/// Reads a file of GITHUB_ENV or GITHUB_OUTPUT as the documentation of workflow commands describes it: lines of <c>name=value</c>, or
/// <c>name&lt;&lt;delimiter</c>, the lines of the value, and the delimiter alone on a line.
/// </summary>
internal static class GitHubFile
{
    public static IReadOnlyList<(string Name, string Value)> Parse(string text)
    {
        List<(string, string)> variables = [];
        Assert.True(text.Length == 0 || text.EndsWith('\n'), "The last line has no end.");
        var lines = new Queue<string>(text.Split('\n')[..^1]);
        while (lines.TryDequeue(out string? line))
        {
            if (line.Length == 0)
            {
                continue;
            }

            int assignment = line.IndexOf('=', StringComparison.Ordinal);
            int heredoc = line.IndexOf("<<", StringComparison.Ordinal);
            if (heredoc < 0 || (assignment >= 0 && assignment < heredoc))
            {
                Assert.True(assignment > 0, $"Neither an assignment nor the begin of a value: {line}");
                variables.Add((line[..assignment], line[(assignment + 1)..]));
                continue;
            }

            string delimiter = line[(heredoc + 2)..];
            Assert.NotEmpty(delimiter);
            List<string> value = [];
            while (lines.Dequeue() is { } next && next != delimiter)
            {
                value.Add(next);
            }

            variables.Add((line[..heredoc], string.Join('\n', value)));
        }

        return variables;
    }
}
