using SecureToken.Benchmarks.Reporting;

namespace SecureToken.Benchmarks.OfTool;

/// <summary>The native tool against what people use without it, on the same service.</summary>
internal static class ToolBenchmark
{
    public static async Task RunAsync(Arguments arguments, Goals goals)
    {
        if (Array.Find(["curl", "jq", "sh", "git"], program => !Packages.IsThere(program)) is { } missing)
        {
            throw new BenchmarkException($"The documented way needs {missing}, which is not installed here.");
        }

        await using Workplace workplace = await Workplace.CreateAsync();
        Packages packages = Packages.OfTool(arguments, workplace);
        string native = packages.UnpackNative(workplace.Directory["native"]);
        var ways = new Ways(workplace, native, packages.UnpackFallback(workplace.Directory["fallback"]));

        Console.WriteLine($"`sectoken` is the native `dotnet-sectoken`; {arguments.Rounds} rounds, all ways in turn, service on the loopback interface.");
        Machine.Print(workplace);
        SpeedTable.Measure(arguments.Rounds, workplace, ways, goals);
        await RoundTrips.MeasureAsync(arguments.Rounds, workplace, ways, goals);
        Weight.Measure(workplace, ways, native, goals);
        Robustness.Measure(workplace, ways, goals);
    }
}
