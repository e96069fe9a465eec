using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Reports;

/// <summary>
/// One page that is complete in itself: no script, no request, light and dark, for the screen and for paper. Only constants are markup;
/// every value goes through <see cref="Markup"/>, which encodes it.
/// </summary>
internal sealed class HtmlPage
{
    private readonly StringBuilder _html = new();

    /// <summary>What every report begins with, so that a file can be recognised as one.</summary>
    public static ReadOnlySpan<byte> Mark => "<!doctype html>\n<!-- A report of dotnet-sectoken. "u8;

    /// <summary>Makes a page.</summary>
    /// <param name="title">What it is about.</param>
    /// <param name="now">When it is made.</param>
    /// <param name="body">Adds what stands below the title.</param>
    public static byte[] Of(string title, DateTimeOffset now, Action<HtmlPage> body)
    {
        // The hash allows this style and nothing else: what gets into the page by a mistake is text, or nothing.
        string hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(ReportStyle.Text)));
        var page = new HtmlPage();
        page._html.Append(Encoding.UTF8.GetString(Mark));
        page.Add($"""
            It has no secret: a fingerprint cannot be turned back into a token. -->
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{hash}'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{title}</title>
            <style>
            """);
        page._html.Append(ReportStyle.Text);
        page.Add($"""
            </style>
            </head>
            <body>
            <main>
            <h1>{title}</h1>

            """);
        body(page);
        page.Add($"""
            </main>
            <footer>
            <p>Made by dotnet-sectoken {ToolVersion.Text} at
            """);
        page._html.Append(' ');
        page.Time(now);
        page.Add($"""
            . A fingerprint names copies of the same token and cannot be turned back into it. Paths and names in this page are not
            secret, but they say where a token is.</p>
            </footer>
            </body>
            </html>

            """);
        return Encoding.UTF8.GetBytes(page._html.ToString());
    }

    /// <summary>Adds markup with values.</summary>
    public HtmlPage Add([InterpolatedStringHandlerArgument("")] ref Markup markup)
    {
        _ = markup;
        return this;
    }

    /// <summary>Adds a moment.</summary>
    public void Time(DateTimeOffset time) => Add(
        $"<time datetime=\"{time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}\">{time.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC</time>");

    /// <summary>Adds a term with its value, unless there is none.</summary>
    public void Fact(string term, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            Add($"<div><dt>{term}</dt><dd>{value}</dd></div>\n");
        }
    }

    /// <summary>Adds a term with a moment.</summary>
    public void Fact(string term, DateTimeOffset time)
    {
        Add($"<div><dt>{term}</dt><dd>");
        Time(time);
        Add($"</dd></div>\n");
    }

    /// <summary>Adds failures or warnings, each with its page and the next step.</summary>
    public void Notices(string word, IEnumerable<Failure> failures)
    {
        foreach (Failure failure in failures)
        {
            Add($"""
                <div class="notice {word}">
                <p><strong>{word} <a href="{failure.Descriptor.HelpLink}">{failure.Code}</a></strong> {failure.Message}</p>
                <p>{failure.NextStep}</p></div>

                """);
        }
    }

    /// <summary>Begins a table that scrolls by itself where the page is too narrow; its head and body follow.</summary>
    public void BeginTable(string label) =>
        Add($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\"><table>\n");

    /// <summary>Ends the body and the table.</summary>
    public void EndTable() => Add($"</tbody></table></div>\n");

    /// <summary>Adds what a person has to do.</summary>
    public void Todo(IReadOnlyList<string> steps)
    {
        Add($"<h2>Still to do</h2>\n");
        if (steps.Count == 0)
        {
            Add($"<p>Nothing.</p>\n");
            return;
        }

        Add($"<ul class=\"todo\">\n");
        foreach (string step in steps)
        {
            Add($"<li>{step}</li>\n");
        }

        Add($"</ul>\n");
    }

    /// <summary>Markup: the constant parts as they are, the values encoded.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Markup
    {
        private readonly StringBuilder _html;

        public Markup(int literalLength, int formattedCount, HtmlPage page)
        {
            _ = literalLength + formattedCount;
            _html = page._html;
        }

        public void AppendLiteral(string text) => _html.Append(text);

        public void AppendFormatted(string? value) => _html.Append(WebUtility.HtmlEncode(PrintableText.Of(value ?? string.Empty)));

        public void AppendFormatted<T>(T value, string? format = null)
            where T : IFormattable => AppendFormatted(value.ToString(format, CultureInfo.InvariantCulture));
    }
}
