using System.Globalization;
using SecureToken.Core.Operations.Reset;

namespace SecureToken.Tool.Reports;

/// <summary>
/// The outage as a timeline: a row for each destination, from the last response that accepted the old token until the destination was
/// written. Until the first rejection was seen, nobody knows whether the old token was still alive.
/// </summary>
internal static class OutageChart
{
    private const int Left = 150;
    private const int Plot = 560;
    private const int Right = 90;
    private const int Top = 46;
    private const int Row = 26;

    public static void Write(HtmlPage page, ResetReport report)
    {
        ResetDestination[] written = [.. report.Destinations.Where(destination => destination.Milliseconds is not null)];
        if (written.Length == 0 || report.Outage is not { AtMostSeconds: > 0 } outage)
        {
            return;
        }

        double length = outage.AtMostSeconds;
        double last = written.Max(destination => destination.Milliseconds!.Value) / 1000;
        double known = Math.Clamp(length - last, 0, length);
        double? refused = outage.AtLeastSeconds is { } least ? Math.Clamp(length - least, 0, length) : null;
        string unit = length < 1 ? "ms" : "s";
        double scale = length < 1 ? 1000 : 1;
        int bottom = Top + (Row * written.Length);
        bool isRehearsal = report.Manner == ResetManner.Rehearsed;
        page.Add($"""
            <h2>{(isRehearsal ? "The outage that a reset would cause" : "Outage")}</h2>
            <figure>
            <svg viewBox="0 0 {Left + Plot + Right} {bottom + 40}" role="img" aria-labelledby="outage-text">
            <title id="outage-text">{Describe(written.Length, outage)}</title>

            """);
        foreach (double tick in Ticks(length * scale))
        {
            double x = At(tick / scale);
            page.Add($"""
                <line class="grid" x1="{x:0.#}" x2="{x:0.#}" y1="{Top - 6}" y2="{bottom + 6}"/>
                <text class="soft" x="{x:0.#}" y="{bottom + 22}" text-anchor="middle">{tick:0.###} {unit}</text>

                """);
        }

        Moment(page, known, "new token known", bottom, 14);
        if (refused is { } first)
        {
            Moment(page, first, "old token first rejected", bottom, 30);
        }

        for (int i = 0; i < written.Length; i++)
        {
            double end = known + (written[i].Milliseconds!.Value / 1000);
            int y = Top + (Row * i);
            Bar(page, "maybe", 0, Math.Min(end, refused ?? end), y);
            if (refused is { } from && from < end)
            {
                Bar(page, "dead", from, end, y);
            }

            string label = string.Create(
                CultureInfo.InvariantCulture, $"{Number(report, written[i])} {written[i].Result.Destination.Kind}");
            page.Add($"""
                <text x="{Left - 10}" y="{y + 17}" text-anchor="end">{label}</text>
                <circle class="written" cx="{At(end):0.#}" cy="{y + 13}" r="5"/>
                <text x="{At(end) + 10:0.#}" y="{y + 17}">{end * scale:0.#} {unit}</text>

                """);
        }

        page.Add($"""
            </svg>
            <figcaption>Each row ends when the destination {(isRehearsal ? "would hold" : "held")} the new token. Time zero is the last
            response that accepted the old token. {(refused is null
                ? "When it stopped working is not known."
                : "In the first part of a bar, until the first rejection, it may still have worked; in the second the copy was dead.")}
            </figcaption>
            </figure>

            """);

        double At(double seconds) => Left + (Plot * seconds / length);

        void Bar(HtmlPage to, string style, double from, double until, int y)
        {
            double width = Math.Max(0, At(until) - At(from));
            to.Add($"<rect class=\"{style}\" x=\"{At(from):0.#}\" y=\"{y + 6}\" width=\"{width:0.#}\" height=\"14\"/>\n");
        }

        void Moment(HtmlPage to, double seconds, string text, int until, int y)
        {
            // Near the right edge the words stand on the left of their line.
            (string anchor, int gap) = seconds > length * 0.7 ? ("end", -4) : ("start", 4);
            to.Add($"""
                <line class="moment" x1="{At(seconds):0.#}" x2="{At(seconds):0.#}" y1="{y + 4}" y2="{until + 6}"/>
                <text class="soft" x="{At(seconds) + gap:0.#}" y="{y}" text-anchor="{anchor}">{text}</text>

                """);
        }
    }

    private static string Describe(int destinations, ResetOutage outage)
    {
        string rejected = outage.AtLeastSeconds is { } least
            ? string.Create(CultureInfo.InvariantCulture, $", and {least:0.###} s after the first that rejected it") : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Timeline of {destinations} {(destinations == 1 ? "destination" : "destinations")}. The outage ended "
                + $"{outage.AtMostSeconds:0.###} s after the last response "
                + $"that accepted the old token{rejected}. The table of destinations has the times.");
    }

    /// <summary>The number that the table gives it.</summary>
    private static int Number(ResetReport report, ResetDestination destination)
    {
        for (int i = 0; i < report.Destinations.Count; i++)
        {
            if (ReferenceEquals(report.Destinations[i], destination))
            {
                return i + 1;
            }
        }

        return 0;
    }

    /// <summary>Round numbers from zero, four to eight of them.</summary>
    private static IEnumerable<double> Ticks(double length)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(length / 4)));
        double step = ((double[])[1, 2, 2.5, 5, 10]).Select(factor => factor * power).First(candidate => length / candidate <= 8);
        for (int i = 0; i * step <= length * 1.0001; i++)
        {
            yield return i * step;
        }
    }
}
