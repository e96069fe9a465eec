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

    /// <summary>Builds, prints the table, and gives what the last way takes longer than the first one, in milliseconds a project.</summary>
    public static (double Milliseconds, double Share) Measure(int projects, string home, params IReadOnlyList<(string Name, GeneratedSolution Solution)> ways)
    {
        if (!MSBuildLocator.IsRegistered)
        {
            MSBuildLocator.RegisterDefaults();
        }

        Way[] measured = [.. ways.Select(way => new Way(way.Name, way.Solution))];
        for (int round = -1; round < Rounds; round++)
        {
            Build(projects, home, measured, isCounted: round >= 0);
        }

        var table = new Table(
            $"no-op build of a project, {Rounds} x {projects} in turn", "wall, median", "longer than the first", "95 % interval", "allocated, median", "more than the first");
        foreach (Way way in measured)
        {
            (double mean, double error) = way.Difference(measured[0]);
            bool isFirst = way == measured[0];
            table.Add(
                way.Name,
                Figure.Milliseconds(way.Wall.Median),
                isFirst ? string.Empty : Figure.Milliseconds(mean),
                isFirst ? string.Empty : $"{Figure.Milliseconds(mean - error)} to {Figure.Milliseconds(mean + error)}",
                Kibibytes(way.Allocated.Median),
                isFirst ? string.Empty : Kibibytes(way.Allocated.Median - measured[0].Allocated.Median));
        }

        table.Print();
        double difference = measured[^1].Difference(measured[0]).Mean;
        return (difference, difference / measured[0].Wall.Median);
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
            double[] sorted = [.. Wall.Values.Zip(other.Wall.Values, (mine, its) => mine - its).Order()];
            double[] middle = sorted[(sorted.Length / 10)..^(sorted.Length / 10)];
            double mean = middle.Average();
            return (mean, 1.96 * Math.Sqrt(middle.Sum(value => (value - mean) * (value - mean))) / middle.Length);
        }
    }
}
