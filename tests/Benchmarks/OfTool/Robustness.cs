using SecureToken.Benchmarks.Measuring;
using SecureToken.Benchmarks.Reporting;

namespace SecureToken.Benchmarks.OfTool;

/// <summary>What is left after many writers at once, and after writers that were killed.</summary>
internal static class Robustness
{
    private const int Writers = 20;
    private const int WriterRounds = 10;
    private const int Kills = 300;

    public static void Measure(Workplace workplace, Ways ways, Goals goals)
    {
        var file = new SecretsFile(workplace);
        int ourKeys = WriteAtOnce(file, key => ways.Ours(["inject", "--user-secrets", Ways.Id, "--key", key]));
        int peerKeys = WriteAtOnce(file, key => ways.UserSecretsSet(key, "value"));
        (int ourKills, int ourLosses) = KillWriters(workplace, file, ways.Injection());
        (int peerKills, int peerLosses) = KillWriters(workplace, file, ways.UserSecretsSet(Ways.Key, "00000000-0000-4000-8000-000000000000"));

        int all = Writers * WriterRounds;
        var table = new Table("robustness", "`sectoken inject --user-secrets`", "`dotnet user-secrets set --id`");
        table.Add($"{Writers} writers at once, {WriterRounds} rounds: keys kept of {all}", Figure.Count(ourKeys), Figure.Count(peerKeys));
        table.Add(
            $"{Kills} writers killed at random moments of the run: files lost",
            $"{ourLosses} ({ourKills} died before their end)",
            $"{peerLosses} ({peerKills} died before their end)");
        table.Print();
        goals.Add("writers at once keep all keys", $"{ourKeys} of {all}", ourKeys == all);
        goals.Add("no killed writer loses a file", $"{ourLosses} of {Kills}", ourLosses == 0);
    }

    private static int WriteAtOnce(SecretsFile file, Func<string, Invocation> write)
    {
        int kept = 0;
        for (int round = 0; round < WriterRounds; round++)
        {
            file.Restore();
            string[] keys = [.. Enumerable.Range(0, Writers).Select(i => $"Key{i}")];
            Child[] children = [.. keys.Select(key => Child.Start(write(key)))];
            foreach (Child child in children)
            {
                // Reaping orphans would take the other writers away. The peer's failures show as lost keys.
                child.Wait(withOrphans: false);
            }

            kept += file.CountOf(keys);
        }

        return kept;
    }

    private static (int Killed, int Lost) KillWriters(Workplace workplace, SecretsFile file, Invocation write)
    {
        var random = new Random(1);
        var whole = new Samples();
        for (int i = 0; i < 9; i++)
        {
            workplace.Emulator.ResetToken(Workplace.Team);
            whole.Add(Child.Run(write).Wall);
        }

        int killed = 0;
        int lost = 0;
        file.Restore();
        for (int i = 0; i < Kills; i++)
        {
            workplace.Emulator.ResetToken(Workplace.Team);
            Child child = Child.Start(write);
            Pause.Precisely(random.NextDouble() * whole.Median);
            child.Kill();
            killed += child.Wait().ExitCode == ChildRun.Killed ? 1 : 0;
            if (!file.IsWhole())
            {
                lost++;
                file.Restore();
            }
        }

        return (killed, lost);
    }
}
