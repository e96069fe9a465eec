using SecureToken.Benchmarks.Measuring;

namespace SecureToken.Benchmarks.Reporting;

/// <summary>The machine in one line.</summary>
internal static class Machine
{
    public static void Print(Workplace workplace)
    {
        string sdk = Child.Run(workplace.Command("dotnet", "--version")).Output.Trim();
        string model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            : "processor unknown";
        Console.WriteLine($"{Environment.ProcessorCount} cores ({model}), {System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier}, .NET SDK {sdk}.");
        Console.WriteLine();
    }
}
