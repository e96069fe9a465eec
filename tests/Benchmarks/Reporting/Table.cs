namespace SecureToken.Benchmarks.Reporting;

/// <summary>A Markdown table, with its columns in line so that it can be read in a terminal as well.</summary>
internal sealed class Table(params string[] head)
{
    private readonly List<string[]> _rows = [head];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Print()
    {
        int[] widths = [.. head.Select((_, column) => Math.Max(3, _rows.Max(row => row[column].Length)))];
        Write(_rows[0]);
        Write([.. widths.Select(width => new string('-', width))]);
        foreach (string[] row in _rows.Skip(1))
        {
            Write(row);
        }

        Console.WriteLine();

        void Write(string[] cells) => Console.WriteLine($"| {string.Join(" | ", cells.Select((cell, column) => cell.PadRight(widths[column])))} |");
    }
}
