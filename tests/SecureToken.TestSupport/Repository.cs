namespace SecureToken.TestSupport;

/// <summary>Where things are in the repository under test.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The configuration that the tests themselves were built in.</summary>
    public static string Configuration { get; } =
        AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    /// <summary>An assembly that a project of src, or of another folder, built.</summary>
    public static string Built(string project, string assembly, string folder = "src")
    {
        string path = Path.Combine(Root, folder, project, "bin", Configuration, "net10.0", assembly);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not there: build the solution first.");
    }

    private static string FindRoot()
    {
        for (string? at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "SecureToken.Build.sln")))
            {
                return at;
            }
        }

        throw new DirectoryNotFoundException("No SecureToken.Build.sln above " + AppContext.BaseDirectory);
    }
}
