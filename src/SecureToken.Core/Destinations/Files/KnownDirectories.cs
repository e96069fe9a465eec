using SecureToken.Core.Files;

namespace SecureToken.Core.Destinations.Files;

/// <summary>What was found out about directories a moment ago: many files lie in few of them.</summary>
internal sealed class KnownDirectories
{
    /// <summary>Their canonical names, see <see cref="CanonicalPath"/>.</summary>
    public Dictionary<string, string> Canonical { get; } = new(StringComparer.Ordinal);

    /// <summary>The git directory in which each lies, or null, see <see cref="ForbiddenPlaces"/>.</summary>
    public Dictionary<string, string?> GitDirectory { get; } = new(StringComparer.Ordinal);
}
