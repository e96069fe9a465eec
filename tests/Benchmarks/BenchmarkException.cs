namespace SecureToken.Benchmarks;

/// <summary>A measurement that cannot be made, with the reason for the person who started it.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
