using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Stress;

/// <summary>
/// How hard the stress tests press. An ordinary run has a short version of each; <c>build/stress.sh</c> sets SECTOKEN_STRESS for the long
/// one, and shows what they report.
/// </summary>
internal static class Pressure
{
    private static bool IsFull { get; } = Environment.GetEnvironmentVariable("SECTOKEN_STRESS") == "full";

    public static int Times(int few, int many) => IsFull ? many : few;

    public static void Report(ITestOutputHelper output, string line)
    {
        output.WriteLine(line);
        Figures.Report("stress: " + line);
    }
}
