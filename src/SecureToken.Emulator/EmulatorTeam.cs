namespace SecureToken.Emulator;

/// <summary>A team of the emulated instance.</summary>
/// <param name="Name">The name, matched exactly, as the service does.</param>
/// <param name="Id">The id: a positive integer, although two IBM pages call it a GUID.</param>
/// <param name="IsDefault">Whether it answers when a request names no team. An instance has exactly one.</param>
public sealed record EmulatorTeam(string Name, int Id, bool IsDefault = false);
