using System.Globalization;

namespace SecureToken.Core.Diagnostics;

/// <summary>Durations as a person says them.</summary>
internal static class DurationText
{
    /// <summary><c>0.4 s</c>, <c>30 s</c>, <c>15 min</c>.</summary>
    public static string Of(TimeSpan span) => span.TotalSeconds switch
    {
        < 10 => span.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture) + " s",
        < 120 => span.TotalSeconds.ToString("0", CultureInfo.InvariantCulture) + " s",
        _ => span.TotalMinutes.ToString("0.#", CultureInfo.InvariantCulture) + " min",
    };
}
