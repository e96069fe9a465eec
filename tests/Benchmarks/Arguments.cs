using System.Globalization;

namespace SecureToken.Benchmarks;

/// <summary>What is to be measured, and how often.</summary>
internal sealed record Arguments(string Subject)
{
    public const string Build = "build";
    public const string Due = "due";
    public const string Tool = "tool";
    public const string Scale = "scale";
    public const string Programs = "programs";
    public const string Usage = """
        Usage: dotnet run --project tests/Benchmarks -c Release -- build [--projects 100] [--pairs 15]
               dotnet run --project tests/Benchmarks -c Release -- due [--projects 100] [--pairs 15]
               dotnet run --project tests/Benchmarks -c Release -- tool [--rounds 21]
               dotnet run --project tests/Benchmarks -c Release -- scale
               dotnet run --project tests/Benchmarks -c Release -- programs [--rounds 21]

          --packages <DIR>  Measure the packages in this directory instead of packing.
          --check           Exit with 1 when a goal is missed.
          --figures <FILE>  Write the figures that can be compared with another run: ratios, sizes and counts.
          --against <FILE>  Compare with the figures of an earlier run, and exit with 1 when one has grown by more than a fifth.
        """;

    public int Projects { get; private set; } = 100;

    public int Pairs { get; private set; } = 15;

    public int Rounds { get; private set; } = 21;

    public string? Packages { get; private set; }

    public bool Check { get; private set; }

    public string? Figures { get; private set; }

    public string? Against { get; private set; }

    /// <summary>The parsed arguments, or null when they make no sense.</summary>
    public static Arguments? Parse(string[] arguments)
    {
        if (arguments is not [Build or Due or Tool or Scale or Programs, ..])
        {
            return null;
        }

        var parsed = new Arguments(arguments[0]);
        for (int i = 1; i < arguments.Length; i++)
        {
            if (arguments[i] == "--check")
            {
                parsed.Check = true;
            }
            else if (i + 1 == arguments.Length || !parsed.TrySet(arguments[i], arguments[++i]))
            {
                return null;
            }
        }

        return parsed;
    }

    private bool TrySet(string option, string value)
    {
        switch (option)
        {
            case "--packages":
                Packages = Path.GetFullPath(value);
                return true;
            case "--figures":
                Figures = Path.GetFullPath(value);
                return true;
            case "--against":
                Against = Path.GetFullPath(value);
                return true;
        }

        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number == 0)
        {
            return false;
        }

        switch (Subject, option)
        {
            case (Build or Due, "--projects"):
                Projects = number;
                return true;
            case (Build or Due, "--pairs"):
                Pairs = number;
                return true;
            case (Tool or Programs, "--rounds"):
                Rounds = number;
                return true;
            default:
                return false;
        }
    }
}
