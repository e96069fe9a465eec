using System.IO.Compression;

namespace SecureToken.Benchmarks.OfBuild;

/// <summary>A package whose build files are there and hold nothing: what a reference to any build package costs.</summary>
internal static class EmptyPackage
{
    public const string Id = "Empty.Build";
    public const string Version = "1.0.0";

    /// <summary>Writes the package to a directory that is a package source.</summary>
    public static void Write(string feed)
    {
        using ZipArchive package = ZipFile.Open(Path.Combine(feed, $"{Id}.{Version}.nupkg"), ZipArchiveMode.Create);
        Add($"{Id}.nuspec", $"""
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
              <metadata>
                <id>{Id}</id>
                <version>{Version}</version>
                <authors>benchmark</authors>
                <description>Nothing.</description>
                <developmentDependency>true</developmentDependency>
              </metadata>
            </package>
            """);
        Add($"build/{Id}.props", "<Project />");
        Add($"build/{Id}.targets", "<Project />");

        void Add(string name, string text)
        {
            using var writer = new StreamWriter(package.CreateEntry(name).Open());
            writer.Write(text);
        }
    }
}
