using System.Globalization;

namespace SecureToken.Emulator;

/// <summary>How the life of an old token is written on the command line and in admin calls.</summary>
internal static class MillisecondsOrForever
{
    public const string Expected = "a whole number from 0 to 86400000, or forever";

    private const string Forever = "forever";
    private const int Most = 86_400_000;

    public static TimeSpan? Parse(string text)
    {
        if (text == Forever)
        {
            return Timeout.InfiniteTimeSpan;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds <= Most
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null;
    }

    /// <summary>A number or the word, as JSON shows it.</summary>
    public static object Show(TimeSpan value) => value == Timeout.InfiniteTimeSpan ? Forever : (long)value.TotalMilliseconds;
}
