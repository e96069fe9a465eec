using SecureToken.Core.Files;
using SecureToken.Core.Interop;

namespace SecureToken.Core.State;

/// <summary>
/// Which remembered places a user means by a path: that file, or everything below that directory, whether or not it is still there.
/// </summary>
public sealed class PlaceMatch
{
    private readonly string _text;
    private readonly PathRules _rules;
    private readonly HashSet<string> _paths;

    /// <summary>A path, or the text of a location that is none: a command, the id of user-secrets.</summary>
    /// <param name="text">What the user gave.</param>
    /// <param name="baseDirectory">What a relative path starts from.</param>
    public PlaceMatch(string text, string baseDirectory)
        : this(text, baseDirectory, PathRules.Here)
    {
    }

    /// <summary>The same, where paths mean what <paramref name="rules"/> say.</summary>
    internal PlaceMatch(string text, string baseDirectory, PathRules rules)
    {
        ArgumentNullException.ThrowIfNull(text);
        _rules = rules;
        _paths = new(rules.Comparer);
        _text = text;
        if (text.Length > 0 && !text.Any(char.IsControl))
        {
            string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(text, baseDirectory));
            _paths.Add(full);
            AddCanonical(full);

            // As a directory it may be a link itself.
            AddCanonical(Path.Combine(full, "file"), Path.GetDirectoryName);
        }

        void AddCanonical(string path, Func<string, string?>? part = null)
        {
            if (Path.GetFileName(path).Length > 0 && CanonicalPath.Of(path).Succeeded(out string? canonical, out _))
            {
                _paths.Add(part is null ? canonical : part(canonical)!);
            }
        }
    }

    /// <summary>Whether a place is meant.</summary>
    public bool Covers(LedgerPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        return place.Location == _text
            || (place.Kind == "user-secrets"
                && string.Equals(
                    Path.GetFileName(Path.GetDirectoryName(place.Location)), _text, _rules.Comparison))
            || _paths.Any(path => _rules.IsWithin(place.Location, path));
    }
}
