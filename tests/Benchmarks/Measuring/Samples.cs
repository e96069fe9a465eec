namespace SecureToken.Benchmarks.Measuring;

/// <summary>Measured values in milliseconds, in the order in which they were measured.</summary>
internal sealed class Samples
{
    private readonly List<double> _values = [];

    public IReadOnlyList<double> Values => _values;

    public double Median => Quantile(0.5);

    public void Add(TimeSpan value) => _values.Add(value.TotalMilliseconds);

    public void Add(double value) => _values.Add(value);

    /// <summary>The difference of each pair: what was measured close together has less of the machine's drift in it than two medians have.</summary>
    public Samples Minus(Samples other)
    {
        var differences = new Samples();
        differences._values.AddRange(_values.Zip(other._values, (mine, its) => mine - its));
        return differences;
    }

    /// <summary>Between which samples the median lies with a probability of 95 %, whatever the distribution; six samples are needed for it.</summary>
    public (double From, double To) MedianInterval()
    {
        double[] sorted = [.. _values.Order()];
        int outside = 0;
        double probability = Math.Pow(0.5, sorted.Length);
        double tail = probability;
        while (true)
        {
            probability *= (double)(sorted.Length - outside) / (outside + 1);
            tail += probability;
            if (tail > 0.025)
            {
                return (sorted[outside], sorted[^(outside + 1)]);
            }

            outside++;
        }
    }

    /// <summary>The value that a share of the samples does not exceed, interpolated.</summary>
    public double Quantile(double share)
    {
        double[] sorted = [.. _values.Order()];
        double at = share * (sorted.Length - 1);
        int below = (int)at;
        return sorted[below] + ((at - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
    }
}
