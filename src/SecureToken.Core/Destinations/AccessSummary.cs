namespace SecureToken.Core.Destinations;

/// <summary>Who will be able to read a copy; told before it is written.</summary>
/// <param name="Readers">Who reads the place, in words.</param>
/// <param name="Mode">The permissions of the file, for example <c>0600</c>; null where there is no file of ours.</param>
/// <param name="Logs">What keeps the copy out of logs, or that nothing does.</param>
public sealed record AccessSummary(string Readers, string? Mode, string Logs);
