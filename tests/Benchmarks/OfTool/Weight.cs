using SecureToken.Benchmarks.Measuring;
using SecureToken.Benchmarks.Reporting;

namespace SecureToken.Benchmarks.OfTool;

/// <summary>How much memory an injection takes, and how much room the program.</summary>
internal static class Weight
{
    private const int Runs = 11;
    private const double Mebibyte = 1024 * 1024;

    public static void Measure(Workplace workplace, Ways ways, string native, Goals goals)
    {
        double ours = Peak(workplace, ways.Injection());
        double peers = Peak(workplace, ways.DocumentedInjection());
        double size = new FileInfo(native).Length / Mebibyte;
        var table = new Table("weight", "`sectoken`", "the documented way");
        table.Add($"peak memory of an injection, largest process, largest of {Runs} runs", Figure.Mebibytes(ours), Figure.Mebibytes(peers));
        table.Add("binary", Figure.Mebibytes(size), "");
        table.Print();
        goals.Add("an injection takes at most 20 MiB", Figure.Mebibytes(ours), ours is > 0 and <= 20);
        goals.Trend.Add("peak memory of an injection, MiB", ours);
        goals.Trend.Add("binary, MiB", size);
        goals.Add("the binary has at most 12 MiB", Figure.Mebibytes(size), size <= 12);
    }

    private static double Peak(Workplace workplace, Invocation invocation)
    {
        double peak = 0;
        for (int i = 0; i < Runs; i++)
        {
            workplace.Emulator.ResetToken(Workplace.Team);
            peak = Math.Max(peak, PeakMemory.Of(invocation));
        }

        return peak;
    }
}
