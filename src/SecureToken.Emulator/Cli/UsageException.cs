namespace SecureToken.Emulator.Cli;

/// <summary>Something the person who started the emulator has to put right; the message is one line.</summary>
internal sealed class UsageException(string message) : Exception(message);
