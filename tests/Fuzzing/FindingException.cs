namespace SecureToken.Fuzzing;

/// <summary>A promise that an input breaks.</summary>
/// <param name="message">Which promise, and what was there instead.</param>
public sealed class FindingException(string message) : Exception(message);
