using SecureToken.Core.Files;
using SecureToken.Core.State;

namespace SecureToken.Core.Destinations.Files;

/// <summary>The state directory.</summary>
/// <param name="Path">As it is named.</param>
/// <param name="Canonical">In its canonical spelling.</param>
internal sealed record KnownState(string Path, string Canonical);

/// <summary>What was found out about directories a moment ago: many files lie in few of them.</summary>
internal sealed class KnownDirectories
{
    private KnownState? _state;
    private bool _hasLooked;

    /// <summary>Their canonical names, see <see cref="CanonicalPath"/>.</summary>
    public Dictionary<string, string> Canonical { get; } = new(StringComparer.Ordinal);

    /// <summary>The git directory in which each lies, or null, see <see cref="ForbiddenPlaces"/>.</summary>
    public Dictionary<string, string?> GitDirectory { get; } = new(StringComparer.Ordinal);

    /// <summary>Why no token may be written into them, or null, see <see cref="ForbiddenPlaces"/>.</summary>
    public Dictionary<string, string?> Forbidden { get; } = new(StringComparer.Ordinal);

    /// <summary>The state directory, or null where there is none.</summary>
    public KnownState? StateOf(Func<string, string?> environment)
    {
        if (!_hasLooked)
        {
            _hasLooked = true;
            _state = StateDirectory.Find(environment).Succeeded(out string? state, out _)
                && CanonicalPath.Of(Path.Combine(state, "x"), Canonical).Succeeded(out string? inside, out _)
                    ? new KnownState(state, Path.GetDirectoryName(inside)!) : null;
        }

        return _state;
    }
}
