using System.Globalization;

namespace SecureToken.Benchmarks.Reporting;

/// <summary>Numbers as the tables show them.</summary>
internal static class Figure
{
    public static string Milliseconds(double value) =>
        value.ToString(Math.Abs(value) < 10 ? "0.00" : Math.Abs(value) < 100 ? "0.0" : "0", CultureInfo.InvariantCulture) + " ms";

    public static string Ratio(double value) => value.ToString(value < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    public static string Percent(double share) => (share * 100).ToString("0.00", CultureInfo.InvariantCulture) + " %";

    public static string Mebibytes(double value) => value.ToString("0.0", CultureInfo.InvariantCulture) + " MiB";

    public static string Count(int value) => value.ToString(CultureInfo.InvariantCulture);
}
