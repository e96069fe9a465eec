using SecureToken.Benchmarks.Measuring;
using SecureToken.Benchmarks.Reporting;

namespace SecureToken.Benchmarks.OfBuild;

/// <summary>What the package costs a build that has nothing to do, and what a build with everything to do asks the service.</summary>
internal static class BuildBenchmark
{
    private const int Summaries = 5;

    public static async Task RunAsync(Arguments arguments, Goals goals)
    {
        await using Workplace workplace = await Workplace.CreateAsync();
        Packages packages = Packages.OfBuild(arguments, workplace);
        GeneratedSolution without = GeneratedSolution.Create(workplace, "without", arguments.Projects);
        GeneratedSolution with = GeneratedSolution.Create(workplace, "with", arguments.Projects, packages.Directory, "SecureToken.Build", packages.Version);
        string empties = workplace.Directory.Create("empties");
        EmptyPackage.Write(empties);
        GeneratedSolution empty = GeneratedSolution.Create(workplace, "empty", arguments.Projects, empties, EmptyPackage.Id, EmptyPackage.Version);
        foreach (GeneratedSolution solution in (GeneratedSolution[])[without, empty, with])
        {
            Child.Run(solution.Restore());
            Child.Run(solution.Build());
        }

        Console.WriteLine($"Solution of {arguments.Projects} class libraries, `dotnet build --no-restore` without and with the package in turn.");
        Machine.Print(workplace);
        MeasureRequests(arguments, workplace, goals);
        MeasureTargets(arguments, with, goals);
        MeasureConditions(arguments, ConditionCopies.Create(workplace, packages), goals);
        (double cost, double share) = ProjectsInTurn.Measure(arguments.Projects, workplace.Home, without, empty, with);
        goals.Add("the package costs a no-op build less than 0.5 ms a project, over an empty package", Figure.Milliseconds(cost), cost < 0.5);
        goals.Trend.Add("a no-op build, times one with an empty package", 1 + share);
        goals.Add("the package costs a no-op build less than 1 %, over an empty package", Figure.Percent(share), share < 0.01);
        MeasureCpu(arguments, without, with);
    }

    /// <summary>The emulator has counted what the cold build asked.</summary>
    private static void MeasureRequests(Arguments arguments, Workplace workplace, Goals goals)
    {
        int iam = workplace.Emulator.Count("POST", "/identity/token");
        int token = workplace.Emulator.Count("GET", "/api/token");
        int written = Enumerable.Range(0, arguments.Projects).Count(i => IsWritten(workplace, i));
        var table = new Table("cold build, projects written", "POST /identity/token", "GET /api/token", "GET /api/users/me");
        table.Add(
            $"{written} of {arguments.Projects}", Figure.Count(iam), Figure.Count(token), Figure.Count(workplace.Emulator.Count("GET", "/api/users/me")));
        table.Print();
        goals.Add("a cold build asks IAM once and the token API once", $"{iam} and {token}", iam == 1 && token == 1 && written == arguments.Projects);
    }

    private static bool IsWritten(Workplace workplace, int project)
    {
        string secrets = Path.Combine(workplace.Home, ".microsoft", "usersecrets", $"Library{project}", "secrets.json");
        return File.Exists(secrets) && File.ReadAllText(secrets).Contains(workplace.Emulator.TokenOf(Workplace.Team), StringComparison.Ordinal);
    }

    /// <summary>On one node and one core: several ones wait for each other by spinning, which is processor time that is nobody's.</summary>
    private static void MeasureCpu(Arguments arguments, GeneratedSolution without, GeneratedSolution with)
    {
        var peer = new Contender("without the package", OnOneCore(without.Build("-m:1")));
        var ours = new Contender("with the package", OnOneCore(with.Build("-m:1")));
        Contender.RunInTurn(arguments.Pairs, [peer, ours]);

        Samples differences = ours.Cpu.Minus(peer.Cpu);
        double perProject = differences.Median / arguments.Projects;
        var table = new Table("no-op build, `-m:1`, one core", "CPU, median", "95 % interval", "CPU, least", "wall, median", "CPU, ratio", "CPU per project");
        foreach (Contender contender in (Contender[])[peer, ours])
        {
            table.Add(
                contender.Name,
                Figure.Milliseconds(contender.Cpu.Median),
                Interval(contender.Cpu),
                Figure.Milliseconds(contender.Cpu.Quantile(0)),
                Figure.Milliseconds(contender.Wall.Median),
                (contender.Cpu.Median / peer.Cpu.Median).ToString("0.000", System.Globalization.CultureInfo.InvariantCulture),
                Figure.Milliseconds(contender.Cpu.Median / arguments.Projects));
        }

        table.Add(
            $"difference, {arguments.Pairs} pairs",
            Figure.Milliseconds(differences.Median),
            Interval(differences),
            Figure.Milliseconds(ours.Cpu.Quantile(0) - peer.Cpu.Quantile(0)),
            Figure.Milliseconds(ours.Wall.Median - peer.Wall.Median),
            string.Empty,
            Figure.Milliseconds(perProject));
        table.Print();
    }

    private static Invocation OnOneCore(Invocation build) => Packages.IsThere("taskset")
        ? build with { File = "taskset", Arguments = ["--cpu-list", "0", build.File, .. build.Arguments] }
        : throw new BenchmarkException("taskset is needed (Debian: util-linux), so that a build can be measured on one core.");

    private static void MeasureTargets(Arguments arguments, GeneratedSolution with, Goals goals)
    {
        List<PerformanceSummary> summaries = [];
        for (int i = 0; i < Summaries; i++)
        {
            summaries.Add(PerformanceSummary.Parse(Child.Run(with.Build("-clp:PerformanceSummary")).Output));
        }

        summaries.Sort((one, other) => one.Targets.CompareTo(other.Targets));
        PerformanceSummary median = summaries[Summaries / 2];
        bool hasTask = summaries.Exists(summary => summary.HasTask);
        var table = new Table($"-clp:PerformanceSummary of a no-op build on all cores, median of {Summaries}", "");
        foreach (string line in median.Lines.DefaultIfEmpty("no target or task of the package ran"))
        {
            table.Add(line, "");
        }

        double perProject = median.Targets / arguments.Projects;
        table.Add("all targets of the package, per project", Figure.Milliseconds(perProject));
        table.Print();
        goals.Add("the task does not appear in a no-op build", hasTask ? "it does" : "it does not", !hasTask);
        goals.Add("the targets that run take less than 0.2 ms a project", Figure.Milliseconds(perProject), perProject < 0.2);
    }

    private static void MeasureConditions(Arguments arguments, ConditionCopies copies, Goals goals)
    {
        var peer = new Contender("`false` in their place", copies.Build("false"));
        var ours = new Contender("the conditions of the package's targets", copies.Build("ours"));
        Contender.RunInTurn(arguments.Pairs, [peer, ours]);
        var table = new Table($"{ConditionCopies.Count} copies in one project", "CPU, median", "CPU, least");
        foreach (Contender contender in (Contender[])[peer, ours])
        {
            table.Add(contender.Name, Figure.Milliseconds(contender.Cpu.Median), Figure.Milliseconds(contender.Cpu.Quantile(0)));
        }

        // What else runs on the machine only adds; the least of each is nearest to what the conditions cost.
        double once = (ours.Cpu.Quantile(0) - peer.Cpu.Quantile(0)) / ConditionCopies.Count;
        table.Add("difference, once", Figure.Milliseconds((ours.Cpu.Median - peer.Cpu.Median) / ConditionCopies.Count), Figure.Milliseconds(once));
        table.Print();
        goals.Add("the conditions of the targets take less than 0.2 ms a project", Figure.Milliseconds(once), once < 0.2);
    }

    private static string Interval(Samples samples)
    {
        (double from, double to) = samples.MedianInterval();
        return $"{Figure.Milliseconds(from)} to {Figure.Milliseconds(to)}";
    }
}
