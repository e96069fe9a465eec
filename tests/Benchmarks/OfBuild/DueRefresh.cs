using System.Globalization;
using SecureToken.Benchmarks.Measuring;
using SecureToken.Benchmarks.Reporting;

namespace SecureToken.Benchmarks.OfBuild;

/// <summary>What a build pays that must ask the service: of one project, and of many that share the answer.</summary>
internal static class DueRefresh
{
    private const string Due = "-p:SecureTokenRefreshAfter=00:00:00";
    private const int Looks = 5;

    public static async Task RunAsync(Arguments arguments, Goals goals)
    {
        await using Workplace workplace = await Workplace.CreateAsync();
        Packages packages = Packages.OfBuild(arguments, workplace);
        GeneratedSolution without = GeneratedSolution.Create(workplace, "without", arguments.Projects);
        GeneratedSolution with = GeneratedSolution.Create(workplace, "with", arguments.Projects, packages.Directory, "SecureToken.Build", packages.Version);
        foreach (GeneratedSolution solution in (GeneratedSolution[])[without, with])
        {
            Child.Run(solution.Restore());
            Child.Run(solution.Build());
        }

        Machine.Print(workplace);
        string il = Path.Combine(workplace.Home, "..", "packages", "securetoken.build", packages.Version, "tasks", "net10.0", "SecureToken.Build.dll");
        var bare = new Contender("without the package", without.BuildOne());
        var fresh = new Contender("with the package, nothing to do", with.BuildOne());
        var compiled = new Contender("due", with.BuildOne(Due));
        var slow = new Contender("due, with the task for all platforms", with.BuildOne(Due, "-p:SecureTokenTaskAssembly=" + Path.GetFullPath(il)));
        int before = workplace.Emulator.Count("GET", "/api/token");
        Contender.RunInTurn(arguments.Pairs, [bare, fresh, compiled, slow]);
        int asked = workplace.Emulator.Count("GET", "/api/token") - before;
        Print($"`dotnet build` of one project, median of {arguments.Pairs}", bare, fresh, compiled, slow);
        PrintCompilation(goals, without.BuildOne(), with.BuildOne(Due), with.BuildOne(Due, "-p:SecureTokenTaskAssembly=" + Path.GetFullPath(il)));

        (Samples cpu, Samples wall, Samples laterCpu, Samples laterWall) = InProcess(with.Build("-m:1", Due), arguments.Pairs);
        var table = new Table(
            $"the target of a due refresh, within one process of {arguments.Projects} projects, {arguments.Pairs} times", "CPU, median", "95 % interval", "wall, median");
        Add("first project", cpu, wall);
        Add("each other project", laterCpu, laterWall);
        table.Print();

        var all = new Contender("without the package", without.Build("-m:2"));
        var allDue = new Contender("all due, one answer for all", with.Build("-m:2", Due));
        before = workplace.Emulator.Count("GET", "/api/token");
        Contender.RunInTurn(arguments.Pairs, [all, allDue]);
        double shared = (workplace.Emulator.Count("GET", "/api/token") - before) / (double)(arguments.Pairs + 1);
        Print($"`dotnet build -m:2` of {arguments.Projects} projects, median of {arguments.Pairs}", all, allDue);

        double ofAll = cpu.Median + ((arguments.Projects - 1) * laterCpu.Median);
        goals.Add("each due build of one project asks once", Figure.Count(asked), asked == 2 * (arguments.Pairs + 1));
        goals.Add("a due refresh costs a build at most 100 ms of CPU", Figure.Milliseconds(cpu.Median), cpu.Median <= 100);
        goals.Trend.Add("the target of a due refresh, times the build without the package", cpu.Median / bare.Cpu.Median);
        goals.Add("a due refresh takes at most 120 ms", Figure.Milliseconds(wall.Median), wall.Median <= 120);
        goals.Add($"{arguments.Projects} due projects ask once", Figure.Ratio(shared), shared is > 0.99 and < 1.01);
        goals.Add(
            $"{arguments.Projects} due projects in one process cost at most 1.5 times the CPU of one", $"{Figure.Milliseconds(ofAll)}, {Figure.Ratio(ofAll / cpu.Median)} times", ofAll <= 1.5 * cpu.Median);

        void Add(string name, Samples cpu, Samples wall)
        {
            (double from, double to) = cpu.MedianInterval();
            table.Add(name, Figure.Milliseconds(cpu.Median), $"{Figure.Milliseconds(from)} to {Figure.Milliseconds(to)}", Figure.Milliseconds(wall.Median));
        }
    }

    private static void Print(string title, Contender bare, params Contender[] contenders)
    {
        var table = new Table(title, "CPU, median", "wall, median", "CPU over it", "95 % interval", "wall over it");
        table.Add(bare.Name, Figure.Milliseconds(bare.Cpu.Median), Figure.Milliseconds(bare.Wall.Median), "", "", "");
        foreach (Contender contender in contenders)
        {
            Samples cpu = contender.Cpu.Minus(bare.Cpu);
            (double from, double to) = cpu.MedianInterval();
            table.Add(
                contender.Name,
                Figure.Milliseconds(contender.Cpu.Median),
                Figure.Milliseconds(contender.Wall.Median),
                Figure.Milliseconds(cpu.Median),
                $"{Figure.Milliseconds(from)} to {Figure.Milliseconds(to)}",
                Figure.Milliseconds(contender.Wall.Minus(bare.Wall).Median));
        }

        table.Print();
    }

    /// <summary>What of it the JIT and the loader took.</summary>
    private static void PrintCompilation(Goals goals, Invocation bare, Invocation compiled, Invocation slow)
    {
        double[] none = Compilation(bare);
        var table = new Table($"what is left, over the build without the package (median of {Looks})", "methods compiled", "time of the JIT", "assemblies loaded");
        foreach ((string name, Invocation build) in new[] { ("due", compiled), ("due, with the task for all platforms", slow) })
        {
            double[] some = Compilation(build);
            goals.Trend.Add($"{name}: methods compiled", some[0] - none[0]);
            table.Add(
                name, (some[0] - none[0]).ToString("0", CultureInfo.InvariantCulture), Figure.Milliseconds(some[1] - none[1]),
                (some[2] - none[2]).ToString("0", CultureInfo.InvariantCulture));
        }

        table.Print();
    }

    private static double[] Compilation(Invocation build)
    {
        Samples[] samples = [new(), new(), new()];
        for (int i = 0; i < Looks; i++)
        {
            double[] figures = Lines(build, CompilationLogger.Mark).Single();
            for (int j = 0; j < samples.Length; j++)
            {
                samples[j].Add(figures[j]);
            }
        }

        return [.. samples.Select(sample => sample.Median)];
    }

    /// <summary>
    /// What the target takes within one process, in which the projects are built one after the other. Two whole builds differ by more than
    /// that; what the package costs beside its target is measured by the benchmark of builds.
    /// </summary>
    private static (Samples Cpu, Samples Wall, Samples LaterCpu, Samples LaterWall) InProcess(Invocation build, int pairs)
    {
        (Samples Cpu, Samples Wall, Samples LaterCpu, Samples LaterWall) taken = (new(), new(), new(), new());
        for (int i = 0; i < pairs; i++)
        {
            double[][] targets = Lines(build, CompilationLogger.TargetMark);
            taken.Cpu.Add(targets[0][0]);
            taken.Wall.Add(targets[0][1]);
            foreach (double[] later in targets.Skip(1))
            {
                taken.LaterCpu.Add(later[0]);
                taken.LaterWall.Add(later[1]);
            }
        }

        return taken;
    }

    private static double[][] Lines(Invocation build, string mark)
    {
        string output = Child.Run(
            build with { Arguments = [.. build.Arguments, $"-logger:{nameof(CompilationLogger)},{typeof(DueRefresh).Assembly.Location}"] }).Output;
        return
        [
            .. output.Split('\n').Where(line => line.StartsWith(mark, StringComparison.Ordinal))
                .Select(line => line[mark.Length..].Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray()),
        ];
    }
}
