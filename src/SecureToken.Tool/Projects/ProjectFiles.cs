using SecureToken.Core.Interop;

namespace SecureToken.Tool.Projects;

/// <summary>Finds project files to choose from.</summary>
internal static class ProjectFiles
{
    private const int Most = 20;
    private static readonly string[] Extensions = [".csproj", ".fsproj", ".vbproj"];

    /// <summary>The projects in a directory and not far below it, relative to it.</summary>
    public static IReadOnlyList<string> Below(string directory)
    {
        var options =
            new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 4, IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden };
        try
        {
            return
            [
                .. Directory.EnumerateFiles(directory, "*.*proj", options)
                    .Where(path => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
                    .Select(path => PathRules.Here.Slashed(Path.GetRelativePath(directory, path)))
                    .Where(path => !path.Split('/').Any(part => part is "bin" or "obj" or "node_modules"))
                    .Order(StringComparer.Ordinal)
                    .Take(Most),
            ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
