using System.Globalization;
using SecureToken.Core.Diagnostics;

namespace SecureToken.Tool.Options;

/// <summary>Times as an option takes them: <c>90s</c>, <c>15m</c>, <c>2h</c>.</summary>
internal static class WaitTime
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public static Result<TimeSpan> Parse(string text)
    {
        TimeSpan? unit = text.Length < 2 ? null : text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            _ => null,
        };
        return unit is { } one && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0
            && count * one <= Longest
            ? count * one
            : Failure.Of(
                DiagnosticDescriptors.SettingInvalid, "--wait",
                PrintableText.Ascii(text, 20),
                "it must be a time such as 90s, 15m or 2h, at most a day");
    }
}
