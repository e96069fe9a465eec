using System.Diagnostics;
using Microsoft.Build.Evaluation;
using Microsoft.Build.Execution;
using Microsoft.Build.Locator;
using SecureToken.Benchmarks.Measuring;
using SecureToken.Benchmarks.Reporting;

namespace SecureToken.Benchmarks.OfBuild;

/// <summary>
/// What the package costs one project of a build that has nothing to do. The projects of several solutions are evaluated and built in
/// turn, one by one, in this process: the difference is a hundredth of what it is taken from, and the times of whole builds, a minute
/// apart, cannot show it. Garbage is collected between the measurements; the bytes allocated stand for it.
/// </summary>
internal static class ProjectsInTurn
{
    private const int Rounds = 6;

    /// <summary>More than a project allocates, so that no collection falls into a measurement.</summary>
    private const long Allocations = 48 << 20;

    /// <summary>Builds, prints the table, and gives what a project takes longer with the package than with an empty one.</summary>
    public static (double Milliseconds, double Share) Measure(int projects, string home, GeneratedSolution without, GeneratedSolution empty, GeneratedSolution with)
    {
        if (!MSBuildLocator.IsRegistered)
        {
            MSBuildLocator.RegisterDefaults();
        }

        var bare = new Way("without a package", without);
        var reference = new Way("with an empty package", empty);
        var ours = new Way("with the package", with);
        Way[] measured = [bare, reference, ours];
        for (int round = -1; round < Rounds; round++)
        {
            Build(projects, home, measured, isCounted: round >= 0);
        }

        var table = new Table(
            $"no-op build of a project, {Rounds} x {projects} in turn", "wall, median", "longer than", "by", "95 % interval", "allocated, median", "more by");
        table.Add(bare.Name, Figure.Milliseconds(bare.Wall.Median), "", "", "", Kibibytes(bare.Allocated.Median), "");
        foreach ((Way way, Way other) in ((Way, Way)[])[(reference, bare), (ours, bare), (ours, reference)])
        {
            (double mean, double error) = way.Difference(other);
            table.Add(
                way.Name,
                Figure.Milliseconds(way.Wall.Median),
                other.Name,
                Figure.Milliseconds(mean),
                $"{Figure.Milliseconds(mean - error)} to {Figure.Milliseconds(mean + error)}",
                Kibibytes(way.Allocated.Median),
                Kibibytes(way.Allocated.Median - other.Allocated.Median));
        }

        table.Print();
        double difference = ours.Difference(reference).Mean;
        return (difference, difference / reference.Wall.Median);
    }

    // MSBuild's assemblies are found once the locator knows them, so what uses them is a method of its own.
    private static void Build(int projects, string home, Way[] ways, bool isCounted)
    {
        using var collection = new ProjectCollection();
        using var manager = new BuildManager();
        manager.BeginBuild(new BuildParameters(collection) { MaxNodeCount = 1, EnableNodeReuse = false });
        var properties = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase) { ["HOME"] = home };
        for (int project = 0; project < projects; project++)
        {
            for (int i = 0; i < ways.Length; i++)
            {
                Way way = ways[(i + project) % ways.Length];
                var request = new BuildRequestData(way.Solution.ProjectPath(project), properties, null, ["Build"], null);
                bool isQuiet = GC.TryStartNoGCRegion(Allocations);
                long allocated = GC.GetTotalAllocatedBytes();
                long start = Stopwatch.GetTimestamp();
                BuildResult result = manager.BuildRequest(request);
                TimeSpan wall = Stopwatch.GetElapsedTime(start);
                allocated = GC.GetTotalAllocatedBytes() - allocated;
                if (isQuiet && System.Runtime.GCSettings.LatencyMode == System.Runtime.GCLatencyMode.NoGCRegion)
                {
                    GC.EndNoGCRegion();
                }

                if (result.OverallResult != BuildResultCode.Success)
                {
                    throw new BenchmarkException($"The no-op build of project {project} {way.Name} failed. {result.Exception?.Message}");
                }

                if (isCounted)
                {
                    way.Wall.Add(wall);
                    way.Allocated.Add(allocated);
                }
            }
        }

        manager.EndBuild();
    }

    private static string Kibibytes(double bytes) => (bytes / 1024).ToString("0", System.Globalization.CultureInfo.InvariantCulture) + " KiB";

    private sealed record Way(string Name, GeneratedSolution Solution)
    {
        public Samples Wall { get; } = new();

        public Samples Allocated { get; } = new();

        /// <summary>The mean difference without the tenth that the machine disturbed most in either direction, and the half of its 95 % interval.</summary>
        public (double Mean, double Error) Difference(Way other)
        {
            double[] sorted = [.. Wall.Minus(other.Wall).Values.Order()];
            double[] middle = sorted[(sorted.Length / 10)..^(sorted.Length / 10)];
            double mean = middle.Average();
            return (mean, 1.96 * Math.Sqrt(middle.Sum(value => (value - mean) * (value - mean))) / middle.Length);
        }
    }
}
