using SecureToken.Benchmarks.Measuring;
using SecureToken.Benchmarks.Reporting;

namespace SecureToken.Benchmarks.OfTool;

/// <summary>How long each work takes, the tool and its peers in turn.</summary>
internal static class SpeedTable
{
    public static void Measure(int rounds, Workplace workplace, Ways ways, Goals goals)
    {
        // A reset before each run, so that every run has something new to write.
        void Reset() => workplace.Emulator.ResetToken(Workplace.Team);
        string iamTokenFile = IamToken.Write(workplace);

        Contender inject = new("`sectoken inject`", ways.Injection()) { Prepare = Reset };
        Contender documented = new("curl, jq, curl, jq, `dotnet user-secrets set --id`", ways.DocumentedInjection()) { Prepare = Reset };
        Contender tracked = new("`sectoken inject --dotenv` in a work tree", ways.InjectionIntoWorkTree()) { Prepare = Reset };
        Contender git = new("`git ls-files` and `git check-ignore` alone", ways.Git());
        Contender get = new("`sectoken get`", ways.Ours(["get"])) { Prepare = Reset };
        Contender curl = new("curl, jq, curl, jq", ways.CurlAndJqFetch()) { Prepare = Reset };
        Contender write = new("`sectoken inject` with an IAM token (two requests on loopback and the write)", ways.InjectionWith(iamTokenFile)) { Prepare = Reset };
        Contender set = new("`dotnet user-secrets set --id`", ways.UserSecretsSet(Ways.Key, "00000000-0000-4000-8000-000000000000"));
        Contender version = new("`dotnet-sectoken --version`", ways.Version());
        Contender jit = new("the same tool with the JIT", ways.VersionWithJit());

        // It prints its version and ends with 2.
        Contender userSecrets = new("`dotnet user-secrets --version`", ways.UserSecretsVersion()) { ExitCode = 2 };
        Contender.RunInTurn(rounds, [inject, documented, tracked, git, get, curl, write, set, version, jit, userSecrets]);

        var table = new Table("work", "way", "wall, median", "quartiles", "CPU, median", "times ours");
        Add(table, "one injection into user-secrets", inject, documented);
        Add(table, "one injection into a work tree of git", tracked, git);
        Add(table, "fetch only", get, curl);
        Add(table, "one local write", write, set);
        Add(table, "start", version, jit, userSecrets);
        table.Print();

        AtMost(goals, "an injection takes at most 1/10 of the documented way", inject, documented, 10);
        AtMost(goals, "an injection is not slower than curl and jq alone", inject, curl, 1);
        double look = (tracked.Wall.Median - inject.Wall.Median) / git.Wall.Median;
        goals.Add("to ask git costs an injection at most twice what git takes by itself", Figure.Ratio(look), look <= 2);
        AtMost(goals, "a local write takes at most 1/8 of `dotnet user-secrets set`", write, set, 8);
        AtMost(goals, "the start takes at most 1/10 of the JIT tool's", version, jit, 10);
    }

    private static void Add(Table table, string work, Contender ours, params Contender[] peers)
    {
        foreach (Contender contender in (Contender[])[ours, .. peers])
        {
            table.Add(
                contender == ours ? work : string.Empty,
                contender.Name,
                Figure.Milliseconds(contender.Wall.Median),
                $"{Figure.Milliseconds(contender.Wall.Quantile(0.25))} to {Figure.Milliseconds(contender.Wall.Quantile(0.75))}",
                Figure.Milliseconds(contender.Cpu.Median),
                Figure.Ratio(contender.Wall.Median / ours.Wall.Median));
        }
    }

    private static void AtMost(Goals goals, string promise, Contender ours, Contender peer, double divisor)
    {
        double factor = peer.Wall.Median / ours.Wall.Median;
        goals.Add(promise, $"1/{Figure.Ratio(factor)}", factor >= divisor);
        goals.Trend.Add($"{ours.Name}, times {peer.Name}", 1 / factor);
    }
}
