namespace SecureToken.Benchmarks.Measuring;

/// <summary>One way to do a work.</summary>
internal sealed record Contender(string Name, Invocation Invocation)
{
    /// <summary>What has to be done before each run, outside the measurement.</summary>
    public Action? Prepare { get; init; }

    public int ExitCode { get; init; }

    public Samples Wall { get; } = new();

    public Samples Cpu { get; } = new();

    /// <summary>
    /// Measures contenders in turn, each round beginning with another one, so that whatever else the machine does meets all of them. A
    /// first round warms the caches and is not counted.
    /// </summary>
    public static void RunInTurn(int rounds, IReadOnlyList<Contender> contenders)
    {
        for (int round = -1; round < rounds; round++)
        {
            for (int i = 0; i < contenders.Count; i++)
            {
                Contender contender = contenders[(round + 1 + i) % contenders.Count];
                contender.Prepare?.Invoke();
                ChildRun run = Child.Run(contender.Invocation, contender.ExitCode);
                if (round >= 0)
                {
                    contender.Wall.Add(run.Wall);
                    contender.Cpu.Add(run.Cpu);
                }
            }
        }
    }
}
