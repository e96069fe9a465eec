using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SecureToken.Benchmarks.Measuring;
using SecureToken.Benchmarks.Reporting;
using SecureToken.Emulator;

namespace SecureToken.Benchmarks.OfTool;

/// <summary>A ledger that knows fifty thousand copies, each in a file that holds the token.</summary>
internal static class LedgerScale
{
    private const int Places = 50_000;
    private const int Runs = 7;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static async Task RunAsync(string native, Goals goals)
    {
        await using Workplace workplace = await Workplace.CreateAsync([new EmulatorTeam("payments", Workplace.Team)]);
        File.WriteAllText(
            Path.Combine(workplace.Work, "sectoken.json"),
            """{ "tokens": [ { "team": "payments", "destinations": [ { "kind": "dotenv", "path": "here.env" } ] } ] }""");
        Invocation inject = workplace.Tool(native, "inject", "-q");
        Child.Run(inject);
        double size = Fill(workplace) / (1024.0 * 1024);

        Contender again = new("again", inject);
        Contender status = new("status", workplace.Tool(native, "status", "--all"));
        Contender.RunInTurn(Runs, [again, status]);
        double peak = PeakMemory.Of(inject);
        double peakOfStatus = PeakMemory.Of(status.Invocation);

        var table = new Table($"a ledger of {Places} places ({Figure.Mebibytes(size)})", "wall, median", "CPU, median", "peak memory");
        table.Add("`inject` of one file", Figure.Milliseconds(again.Wall.Median), Figure.Milliseconds(again.Cpu.Median), Figure.Mebibytes(peak));
        table.Add("`status --all`, every file read", Figure.Milliseconds(status.Wall.Median), Figure.Milliseconds(status.Cpu.Median), Figure.Mebibytes(peakOfStatus));
        table.Print();
        goals.Add($"with {Places} known places an injection takes at most 0.5 s of CPU", Figure.Milliseconds(again.Cpu.Median), again.Cpu.Median <= 500);
        goals.Add($"with {Places} known places an injection takes at most 64 MiB", Figure.Mebibytes(peak), peak is > 0 and <= 64);
        goals.Add($"`status --all` of {Places} places takes at most 1 s of CPU", Figure.Milliseconds(status.Cpu.Median), status.Cpu.Median <= 1000);
    }

    /// <summary>Puts copies of the one file into the ledger, as if each had been made by a run of its own; returns its length.</summary>
    private static long Fill(Workplace workplace)
    {
        string ledger = Directory.GetFiles(Path.Combine(workplace.Home, ".local", "state", "sectoken", "ledger"), "*.json").Single();
        JsonObject record = JsonNode.Parse(File.ReadAllBytes(ledger))!.AsObject();
        JsonArray places = record["places"]!.AsArray();
        JsonNode one = places[0]!;
        byte[] content = File.ReadAllBytes(Path.Combine(workplace.Work, "here.env"));
        for (int i = 1; i < Places; i++)
        {
            string path = Path.Combine(workplace.Work, string.Create(CultureInfo.InvariantCulture, $"repository-{i / 10}"), string.Create(CultureInfo.InvariantCulture, $"{i}.env"));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Private }))
            {
                file.Write(content);
            }

            JsonNode place = one.DeepClone();
            place["location"] = path;
            places.Add(place);
        }

        File.WriteAllText(ledger, record.ToJsonString(Indented));
        return new FileInfo(ledger).Length;
    }
}
