using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;
using SecureToken.Core.State;

namespace SecureToken.Core.Destinations.Files;

/// <summary>
/// Places that are no destinations. A committed sectoken.json that writes into git's own files could send the token to another host with
/// the next fetch; our own state would be spoiled; what the kernel makes is no file.
/// </summary>
internal static class ForbiddenPlaces
{
    private static readonly string[] OfTheSystem = ["/proc", "/sys", "/dev"];

    // Memory that programs share: a file system like /tmp.
    private const string SharedMemory = "/dev/shm";

    /// <summary>Why no token may be written at a path, or null.</summary>
    /// <param name="path">As the user spelled it.</param>
    /// <param name="absolute">The absolute path.</param>
    /// <param name="environment">Reads environment variables.</param>
    /// <param name="directories">What is known of directories; this adds to it.</param>
    public static Failure? Refusal(string path, string absolute, Func<string, string?> environment, KnownDirectories directories)
    {
        if (!CanonicalPath.Of(absolute, directories.Canonical).Succeeded(out string? canonical, out Failure? failure))
        {
            return failure;
        }

        string? place = OfSystem(canonical) ?? OfGit(canonical, directories.GitDirectory)
            ?? OfState(canonical, environment, directories.Canonical);
        return place is null ? null : Failure.Of(DiagnosticDescriptors.PlaceRefused, path, place);
    }

    private static string? OfSystem(string canonical) =>
        OperatingSystem.IsWindows() || PathRules.Here.IsWithin(canonical, SharedMemory)
            ? null : Array.Find(OfTheSystem, place => PathRules.Here.IsWithin(canonical, place));

    private static string? OfGit(string canonical, Dictionary<string, string?> known) =>
        // In any case of letters: macOS and Windows know one name only.
        PathRules.Here.Names(canonical).Any(name => name.Equals(".git", StringComparison.OrdinalIgnoreCase)) ? "a git directory"
        : GitDirectoryOf(Path.GetDirectoryName(canonical), known) is { } directory ? $"the git directory {directory}"
        : null;

    /// <summary>
    /// A bare repository, and the git directory of a submodule or work tree, have any name. One that holds a work tree ends the search.
    /// </summary>
    private static string? GitDirectoryOf(string? at, Dictionary<string, string?> known)
    {
        if (at is null)
        {
            return null;
        }

        if (!known.TryGetValue(at, out string? found))
        {
            found = Path.Exists(Path.Combine(at, ".git")) ? null
                : File.Exists(Path.Combine(at, "HEAD"))
                    && (File.Exists(Path.Combine(at, "commondir"))
                        || (Directory.Exists(Path.Combine(at, "objects")) && Directory.Exists(Path.Combine(at, "refs")))) ? at
                : GitDirectoryOf(Path.GetDirectoryName(at), known);
            known.Add(at, found);
        }

        return found;
    }

    private static string? OfState(string canonical, Func<string, string?> environment, Dictionary<string, string> directories) =>
        StateDirectory.Find(environment).Succeeded(out string? state, out _)
        && CanonicalPath.Of(Path.Combine(state, "x"), directories).Succeeded(out string? inside, out _)
        && PathRules.Here.IsWithin(canonical, Path.GetDirectoryName(inside)!)
            ? $"the state directory {state}"
            : null;
}
