namespace SecureToken.Benchmarks.Reporting;

/// <summary>What was promised, and whether it holds.</summary>
internal sealed class Goals
{
    private readonly List<(string Promise, string Measured, bool IsMet)> _goals = [];

    public bool AllMet => _goals.TrueForAll(goal => goal.IsMet);

    /// <summary>What is compared with earlier runs.</summary>
    public Trend Trend { get; } = new();

    public void Add(string promise, string measured, bool isMet) => _goals.Add((promise, measured, isMet));

    public void Print()
    {
        var table = new Table("goal", "measured", "");
        foreach ((string promise, string measured, bool isMet) in _goals)
        {
            table.Add(promise, measured, isMet ? "met" : "**not met**");
        }

        table.Print();
    }
}
