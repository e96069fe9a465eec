using System.Text.Json;

namespace SecureToken.Benchmarks.Reporting;

/// <summary>
/// Figures that mean the same on another machine - ratios to a peer in the same run, sizes and counts - and what became of them since an
/// earlier run. The less, the better.
/// </summary>
internal sealed class Trend
{
    /// <summary>A figure of before times this is a regression.</summary>
    public const double Most = 1.2;

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };
    private readonly SortedDictionary<string, double> _figures = new(StringComparer.Ordinal);

    public void Add(string name, double figure) => _figures[name] = figure;

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(_figures, Readable) + "\n");

    /// <summary>Prints the figures beside those of an earlier run.</summary>
    /// <returns>Whether none has grown by more than a fifth.</returns>
    public bool Compare(string path)
    {
        Dictionary<string, double> before = Read(path);
        var table = new Table("figure, the less the better", "before", "now", "now / before", "");
        bool hasRegression = false;
        foreach ((string name, double now) in _figures)
        {
            if (!before.TryGetValue(name, out double old) || old <= 0)
            {
                table.Add(name, "", Figure.Ratio(now), "", "new");
                continue;
            }

            bool isRegression = now > old * Most;
            hasRegression |= isRegression;
            table.Add(name, Figure.Ratio(old), Figure.Ratio(now), Figure.Ratio(now / old), isRegression ? "**worse**" : "");
        }

        table.Print();
        return !hasRegression;
    }

    private static Dictionary<string, double> Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllBytes(path)) ?? [];
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new BenchmarkException($"{path} has no figures of an earlier run: {exception.Message}");
        }
    }
}
