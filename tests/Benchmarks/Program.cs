using System.Runtime.Versioning;
using SecureToken.Benchmarks;
using SecureToken.Benchmarks.Measuring;
using SecureToken.Benchmarks.OfBuild;
using SecureToken.Benchmarks.OfPrograms;
using SecureToken.Benchmarks.OfTool;
using SecureToken.Benchmarks.Reporting;

// Processes are started, measured and killed with the calls of Linux.
[assembly: SupportedOSPlatform("linux")]

const int Done = 0;
const int Failed = 1;
const int WrongUsage = 2;

if (Arguments.Parse(args) is not { } arguments)
{
    Console.Error.WriteLine(Arguments.Usage);
    return WrongUsage;
}

if (!OperatingSystem.IsLinux())
{
    Console.Error.WriteLine("The benchmarks measure with posix_spawn, wait4 and /proc: they run on Linux only.");
    return Failed;
}

// Children lead process groups of their own, so the terminal's Ctrl+C does not reach them.
Console.CancelKeyPress += (_, _) => Child.KillAll();
Child.AdoptOrphans();

// The emulator and the relays answer while another thread of this process waits for a child.
ThreadPool.SetMinThreads(16, 16);
try
{
    var goals = new Goals();
    await (arguments.Subject switch
    {
        Arguments.Build => BuildBenchmark.RunAsync(arguments, goals),
        Arguments.Due => DueRefresh.RunAsync(arguments, goals),
        Arguments.Programs => HandlerBenchmark.RunAsync(arguments, goals),
        Arguments.Scale => Scale.RunAsync(arguments, goals),
        _ => ToolBenchmark.RunAsync(arguments, goals),
    });
    goals.Print();
    bool isNoWorse = arguments.Against is null || goals.Trend.Compare(arguments.Against);
    if (arguments.Figures is { } figures)
    {
        goals.Trend.Write(figures);
    }

    return isNoWorse && (!arguments.Check || goals.AllMet) ? Done : Failed;
}
catch (BenchmarkException exception)
{
    Console.Error.WriteLine(exception.Message);
    return Failed;
}
finally
{
    Child.KillAll();
}
