using System.Globalization;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Watch;

namespace SecureToken.Tool.Options;

/// <summary>The option <c>--interval</c>.</summary>
internal static class WatchInterval
{
    public static Result<TimeSpan> Parse(string? text) =>
        text is null ? new WatchTimes().Interval
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
            && TimeSpan.FromSeconds(seconds) is { } interval && interval >= WatchTimes.ShortestInterval
            && interval <= WatchTimes.LongestInterval
                ? interval
        : Failure.Of(
            DiagnosticDescriptors.SettingInvalid, "--interval", PrintableText.Ascii(text, 20),
            "it must be a whole number of seconds from 5 to 86400");
}
