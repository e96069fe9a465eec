using System.Globalization;
using System.Text;
using SecureToken.Benchmarks.Measuring;
using SecureToken.Benchmarks.Reporting;
using SecureToken.Emulator;

namespace SecureToken.Benchmarks.OfTool;

/// <summary>Many destinations of many teams, and a solution of many projects.</summary>
internal static class Scale
{
    private const int Teams = 10;
    private const int OfTeam = 100;
    private const int Projects = 100;
    private const int Sets = 10;
    private const int Runs = 7;

    public static async Task RunAsync(Arguments arguments, Goals goals)
    {
        await using Workplace workplace = await Workplace.CreateAsync();
        string native = Packages.OfTool(arguments, workplace).UnpackNative(workplace.Directory["native"]);
        Machine.Print(workplace);
        await MeasureAsync(native, goals);
        await ResetScale.RunAsync(native, goals);
        await DestinationScale.RunAsync(native, goals);
        await LedgerScale.RunAsync(native, goals);
        await FleetScale.RunAsync(native, goals);
    }

    private static async Task MeasureAsync(string native, Goals goals)
    {
        await using Workplace workplace = await Workplace.CreateAsync([.. Enumerable.Range(1, Teams).Select(team => new EmulatorTeam($"team-{team}", 100 + team))]);
        var table = new Table("scale", "wall, median", "CPU, median", "peak memory", "requests: IAM, tokens");
        MeasureDestinations(workplace, native, table, goals);
        MeasureSolution(workplace, native, table, goals);
        table.Print();
    }

    private static void MeasureDestinations(Workplace workplace, string native, Table table, Goals goals)
    {
        WriteSettings(workplace);
        Invocation inject = workplace.Tool(native, "inject", "-q");
        Contender first = new("first", inject) { Prepare = () => ResetAll(workplace) };
        Contender second = new("second", inject);
        Contender.RunInTurn(Runs, [first]);
        (int iam, int tokens) = Requests(workplace, () => Child.Run(inject));
        Contender.RunInTurn(Runs, [second]);
        ResetAll(workplace);
        double peak = PeakMemory.Of(inject);

        table.Add($"{Teams * OfTeam} files of {Teams} teams, all written and read back", Figure.Milliseconds(first.Wall.Median), Figure.Milliseconds(first.Cpu.Median), Figure.Mebibytes(peak), $"{iam}, {tokens}");
        table.Add("the same again, nothing to write", Figure.Milliseconds(second.Wall.Median), Figure.Milliseconds(second.Cpu.Median), "", $"{iam}, {tokens}");
        goals.Add($"{Teams} teams cost {Teams} token requests and one of IAM", $"{tokens} and {iam}", tokens == Teams && iam == 1);
        goals.Add($"{Teams * OfTeam} files are written and read back in under 1 s", Figure.Milliseconds(first.Wall.Median), first.Wall.Median < 1000);
        goals.Add("with nothing to write it takes under 1/10 of that second", $"{Figure.Milliseconds(second.Wall.Median)} (1/{Figure.Ratio(first.Wall.Median / second.Wall.Median)} of the run that writes)", second.Wall.Median < 100);
        goals.Trend.Add("nothing to write, times the run that writes", second.Wall.Median / first.Wall.Median);
        goals.Trend.Add($"peak memory of {Teams * OfTeam} files, MiB", peak);
        goals.Add($"{Teams * OfTeam} files take under 64 MiB", Figure.Mebibytes(peak), peak is > 0 and < 64);
    }

    private static void MeasureSolution(Workplace workplace, string native, Table table, Goals goals)
    {
        WriteSolution(workplace);
        Contender ours = new("ours", workplace.Tool(native, "inject", "All.slnx", "-q") with { Directory = Path.Combine(workplace.Work, "solution") }) { Prepare = () => ResetAll(workplace) };
        string project = Path.Combine(workplace.Work, "solution", "p0", "p0.csproj");
        Contender set = new("set", workplace.Command("dotnet", "user-secrets", "set", "--project", project, Ways.Key, "00000000-0000-4000-8000-000000000000"));
        Contender.RunInTurn(Sets, [ours, set]);
        double all = set.Wall.Median * Projects;
        table.Add($"the user-secrets of a solution of {Projects} projects, one helper process", Figure.Milliseconds(ours.Wall.Median), Figure.Milliseconds(ours.Cpu.Median), "", "");
        table.Add($"{Projects} x `dotnet user-secrets set --project` (median of {Sets}, times {Projects})", Figure.Milliseconds(all), Figure.Milliseconds(set.Cpu.Median * Projects), "", "");
        goals.Trend.Add($"a solution of {Projects} projects, times {Projects} x `dotnet user-secrets set`", ours.Wall.Median / all);
        goals.Add($"a solution of {Projects} projects takes under 1/20 of {Projects} x `dotnet user-secrets set`", $"1/{Figure.Ratio(all / ours.Wall.Median)}", ours.Wall.Median * 20 < all);
    }

    private static void WriteSettings(Workplace workplace)
    {
        var text = new StringBuilder("{ \"tokens\": [\n");
        for (int team = 1; team <= Teams; team++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{{ \"team\": {100 + team}, \"destinations\": [\n");
            for (int i = 0; i < OfTeam; i++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{{ \"kind\": \"{(i % 2 == 0 ? "dotenv" : "json")}\", \"path\": \"{team}/{i / 10}/{i}.{(i % 2 == 0 ? "env" : "json")}\" }},\n");
            }

            text.Append("] },\n");
        }

        File.WriteAllText(Path.Combine(workplace.Work, "sectoken.json"), text.Append("] }\n").ToString());
    }

    private static void WriteSolution(Workplace workplace)
    {
        var solution = new StringBuilder("<Solution>\n");
        for (int i = 0; i < Projects; i++)
        {
            string directory = Directory.CreateDirectory(Path.Combine(workplace.Work, "solution", $"p{i}")).FullName;
            File.WriteAllText(Path.Combine(directory, $"p{i}.csproj"), $"""
                <Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework>
                <UserSecretsId>p{i}</UserSecretsId><SecureTokenTeam>{101 + (i % Teams)}</SecureTokenTeam></PropertyGroup></Project>
                """);
            solution.Append(CultureInfo.InvariantCulture, $"  <Project Path=\"p{i}/p{i}.csproj\" />\n");
        }

        File.WriteAllText(Path.Combine(workplace.Work, "solution", "All.slnx"), solution.Append("</Solution>\n").ToString());
    }

    private static void ResetAll(Workplace workplace)
    {
        for (int team = 1; team <= Teams; team++)
        {
            workplace.Emulator.ResetToken(100 + team);
        }
    }

    private static (int Iam, int Tokens) Requests(Workplace workplace, Action run)
    {
        workplace.Emulator.ClearRequests();
        run();
        return (workplace.Emulator.Count("POST", "/identity/token"), workplace.Emulator.Count("GET", "/api/token"));
    }
}
