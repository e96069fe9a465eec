namespace SecureToken.Benchmarks.Measuring;

/// <summary>A command line, with nothing but a given environment.</summary>
internal sealed record Invocation(string File, params IReadOnlyList<string> Arguments)
{
    public required string Directory { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }
}
