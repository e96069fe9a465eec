using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>The small program that is traced, starved and killed (tests/SecureToken.StorageProbe).</summary>
internal static class Probe
{
    private static readonly Lazy<Task<string>> Published = new(Publish);

    /// <summary>The native executable; published once per run, which takes seconds only after a change.</summary>
    public static Task<string> Executable
    {
        get
        {
            // It takes a linker, which build/test.sh --quick does not ask for.
            Assert.True(TestContext.Current.Test?.Traits.ContainsKey("Needs") ?? true, "A test with the probe has the trait Needs.");
            return Published.Value;
        }
    }

    /// <summary>The same program as IL, without the runtime beside it.</summary>
    public static string Assemblies => Path.Combine(Artifacts, "bin", "SecureToken.StorageProbe", "release_" + Platform);

    private static string Artifacts => Path.Combine(AppContext.BaseDirectory, "probe");

    private static string Platform => System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier;

    public static async Task<Ended> Set(Sandbox box, string key, string value, params (string Name, string Value)[] environment) =>
        await Command.Run(await Executable, SetArguments(box, key, value), environment);

    public static string[] SetArguments(Sandbox box, string key, string value) => ["set", box.Target, box.LockFile, key, value];

    private static async Task<string> Publish()
    {
        // Artifacts of our own: the ordinary obj/ directories may be in use by the build that is running us. No build server may
        // stay behind, for it would keep our pipes open.
        Ended publish = await Command.Run("dotnet", [
            "publish", Project(), "-c", "Release", "-r", Platform, "--artifacts-path", Artifacts, "-v", "quiet", "--nologo",
            "-nodeReuse:false", "-p:UseSharedCompilation=false"]);
        Assert.True(publish.Exit == 0, "The probe cannot be published (native AOT needs clang or gcc, and zlib):\n" + publish.Output);
        return Path.Combine(Artifacts, "publish", "SecureToken.StorageProbe", "release_" + Platform, "SecureToken.StorageProbe");
    }

    private static string Project()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string project = Path.Combine(at.FullName, "tests", "SecureToken.StorageProbe", "SecureToken.StorageProbe.csproj");
            if (File.Exists(project))
            {
                return project;
            }
        }

        throw new FileNotFoundException("SecureToken.StorageProbe.csproj is in no directory above the tests.");
    }
}
