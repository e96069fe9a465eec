using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;

namespace SecureToken.Core.Destinations.Files;

/// <summary>
/// Places that are no destinations. A committed sectoken.json that writes into git's own files could send the token to another host with
/// the next fetch; our own state would be spoiled; what the kernel makes is no file.
/// </summary>
internal static class ForbiddenPlaces
{
    // Memory that programs share: a file system like /tmp.
    private const string SharedMemory = "/dev/shm";

    private const string GitPlace = "a git directory";

    private static string[] OfTheSystem => ["/proc", "/sys", "/dev"];

    /// <summary>Why no token may be written at a path, or null.</summary>
    /// <param name="path">As the user spelled it.</param>
    /// <param name="canonical">The same, canonical.</param>
    /// <param name="environment">Reads environment variables.</param>
    /// <param name="directories">What is known of directories; this adds to it.</param>
    public static Failure? Refusal(string path, string canonical, Func<string, string?> environment, KnownDirectories directories)
    {
        // What a file lies in, many others lie in, too.
        string directory = Path.GetDirectoryName(canonical)!;
        if (!directories.Forbidden.TryGetValue(directory, out string? place))
        {
            place = Within(directory, environment, directories);
            directories.Forbidden.Add(directory, place);
        }

        place ??= Itself(canonical, environment, directories);
        return place is null ? null : Failure.Of(DiagnosticDescriptors.PlaceRefused, path, place);
    }

    private static string? Within(string directory, Func<string, string?> environment, KnownDirectories directories) =>
        OfSystem(directory)
        ?? (PathRules.Here.Names(directory).Any(IsGit) ? GitPlace : null)
        ?? (GitDirectoryOf(directory, directories.GitDirectory) is { } git ? $"the git directory {git}" : null)
        ?? (directories.StateOf(environment) is { } state && PathRules.Here.IsWithin(directory, state.Canonical)
            ? $"the state directory {state.Path}" : null);

    /// <summary>A place that is a directory as a rule, which a path may name all the same.</summary>
    private static string? Itself(string canonical, Func<string, string?> environment, KnownDirectories directories) =>
        IsGit(Path.GetFileName(canonical)) ? GitPlace
        : directories.StateOf(environment) is { } state && PathRules.Here.AreSame(canonical, state.Canonical)
            ? $"the state directory {state.Path}"
        : OperatingSystem.IsWindows() ? null : Array.Find(OfTheSystem, place => PathRules.Here.AreSame(canonical, place));

    private static string? OfSystem(string directory) =>
        OperatingSystem.IsWindows() || PathRules.Here.IsWithin(directory, SharedMemory)
            ? null : Array.Find(OfTheSystem, place => PathRules.Here.IsWithin(directory, place));

    // In any case of letters: macOS and Windows know one name only.
    private static bool IsGit(string name) => name.Equals(".git", StringComparison.OrdinalIgnoreCase);

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
}
