namespace SecureToken.Core.Files;

/// <summary>What a power cut leaves of a write.</summary>
public enum Durability
{
    /// <summary>Anything, even an empty file. For what only saves time, so that nothing waits for the disk.</summary>
    None,

    /// <summary>The old content or the new one, and no other. For what must not be lost, and may be of yesterday.</summary>
    Whole,

    /// <summary>The new content.</summary>
    Full,
}
