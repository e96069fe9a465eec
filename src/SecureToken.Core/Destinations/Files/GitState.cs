namespace SecureToken.Core.Destinations.Files;

/// <summary>What git thinks of a file.</summary>
public enum GitState
{
    /// <summary>It lies in no work tree.</summary>
    Outside,

    /// <summary>It is ignored.</summary>
    Ignored,

    /// <summary>The next <c>git add</c> would take it.</summary>
    NotIgnored,

    /// <summary>It is tracked.</summary>
    Tracked,

    /// <summary>Git could not be asked.</summary>
    Unknown,

    /// <summary>Git failed, so that the file may be tracked.</summary>
    Failed,
}
