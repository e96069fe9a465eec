namespace SecureToken.Extensions.Refreshing;

/// <summary>Why a source is read.</summary>
internal enum RefreshTrigger
{
    /// <summary>The program starts, or its configuration is loaded again.</summary>
    Load,

    /// <summary>A request needs a token, and there is none yet.</summary>
    FirstUse,

    /// <summary>The service rejected the token with 401.</summary>
    Rejected,

    /// <summary>A hosted refresh is due.</summary>
    Poll,

    /// <summary>The file has changed.</summary>
    File,
}
