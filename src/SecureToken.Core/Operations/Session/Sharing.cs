namespace SecureToken.Core.Operations.Session;

/// <summary>How long an answer of the service serves, and whom.</summary>
/// <param name="RefreshAfter">How old an answer may be. Zero: an answer serves one build.</param>
/// <param name="Consumer">Who asks: a project with its target framework. It is given the same answer of one build only once.</param>
public sealed record Sharing(TimeSpan RefreshAfter, string Consumer)
{
    /// <summary>With <see cref="RefreshAfter"/> zero, how long after its first project a build may still come with another one.</summary>
    public static readonly TimeSpan LongestBuild = TimeSpan.FromMinutes(10);

    /// <summary>And how long after the last one that came.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>How long a failure is shared, so that a hundred projects do not each wait out a dead network.</summary>
    public static readonly TimeSpan FailureLife = TimeSpan.FromSeconds(15);
}
