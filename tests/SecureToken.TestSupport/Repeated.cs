using System.Globalization;

namespace SecureToken.TestSupport;

/// <summary>
/// How often a test with generated cases tries. Under build/mutation.sh, which runs tests again for each of hundreds of mutants, a share of
/// it: the variable SECTOKEN_TEST_SHARE.
/// </summary>
public static class Repeated
{
    private static readonly double Share =
        double.TryParse(Environment.GetEnvironmentVariable("SECTOKEN_TEST_SHARE"), CultureInfo.InvariantCulture, out double share) ? share : 1;

    /// <summary>So many times, or a share of them.</summary>
    public static int Times(int whole) => Math.Max(1, (int)(whole * Share));

    /// <summary>How far a test goes on that tries every number: 1, or an odd step for a share of them.</summary>
    public static int Step { get; } = (int)(1 / Share) | 1;
}
