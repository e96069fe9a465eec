using System.Globalization;
using System.Text;
using SecureToken.Benchmarks.Measuring;
using SecureToken.Benchmarks.Reporting;
using SecureToken.Emulator;

namespace SecureToken.Benchmarks.OfTool;

/// <summary>A hundred, a thousand and ten thousand destinations in one run: what each costs stays the same.</summary>
internal static class DestinationScale
{
    private const int Runs = 5;
    private static readonly int[] Counts = [100, 1000, 10_000];

    public static async Task RunAsync(string native, Goals goals)
    {
        var table = new Table("destinations in one run", "all written: wall", "CPU", "peak memory", "nothing to write: wall", "CPU", "CPU for each: written, not");
        List<(double Written, double Same)> each = [];
        foreach (int count in Counts)
        {
            await using Workplace workplace = await Workplace.CreateAsync([new EmulatorTeam("payments", Workplace.Team)]);
            WriteSettings(workplace, count);
            void Reset() => workplace.Emulator.ResetToken(Workplace.Team);
            Invocation inject = workplace.Tool(native, "inject", "-q");
            Contender written = new("written", inject) { Prepare = Reset };
            Contender same = new("same", inject);
            Contender.RunInTurn(Runs, [written]);
            Contender.RunInTurn(Runs, [same]);
            Reset();
            double peak = PeakMemory.Of(inject);
            each.Add((written.Cpu.Median / count, same.Cpu.Median / count));
            table.Add(
                Figure.Count(count),
                Figure.Milliseconds(written.Wall.Median), Figure.Milliseconds(written.Cpu.Median), Figure.Mebibytes(peak),
                Figure.Milliseconds(same.Wall.Median), Figure.Milliseconds(same.Cpu.Median),
                $"{Figure.Milliseconds(each[^1].Written)}, {Figure.Milliseconds(each[^1].Same)}");
        }

        table.Print();
        double growth = each[^1].Written / each[^2].Written;
        goals.Add($"one of {Counts[^1]} destinations costs at most 1.5 times the CPU of one of {Counts[^2]}", Figure.Ratio(growth), growth <= 1.5);
    }

    private static void WriteSettings(Workplace workplace, int count)
    {
        var text = new StringBuilder("{ \"tokens\": [ { \"team\": \"payments\", \"destinations\": [\n");
        for (int i = 0; i < count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{{ \"kind\": \"{(i % 2 == 0 ? "dotenv" : "json")}\", \"path\": \"{i / 10}/{i}.{(i % 2 == 0 ? "env" : "json")}\" }},\n");
        }

        File.WriteAllText(Path.Combine(workplace.Work, "sectoken.json"), text.Append("] } ] }\n").ToString());
    }
}
