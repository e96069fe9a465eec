using System.IO.Compression;
using SecureToken.Benchmarks.Measuring;
using SecureToken.TestSupport;

namespace SecureToken.Benchmarks;

/// <summary>The packages as users get them: packed outside the tree, or taken from where build/pack.sh put them.</summary>
internal sealed class Packages(string directory)
{
    private static readonly string[] Quietly = ["-c", "Release", "--nologo", "-v", "quiet", "-p:RunAnalyzers=false", "-p:UseSharedCompilation=false"];

    public string Directory => directory;

    /// <summary>The version of the build package.</summary>
    public string Version => Path.GetFileNameWithoutExtension(Single("SecureToken.Build.*.nupkg"))["SecureToken.Build.".Length..];

    public static Packages OfBuild(Arguments arguments, Workplace workplace) => Make(arguments, workplace, pack => pack("SecureToken.Build", ["-p:SectokenReadyToRun=true"]));

    public static Packages OfTool(Arguments arguments, Workplace workplace) => Make(arguments, workplace, pack =>
    {
        // As build/pack.sh does it; clang is what the SDK takes by itself.
        string[] native = ["-p:SectokenNative=here"];
        if (!IsThere("clang"))
        {
            native = IsThere("gcc") ? [.. native, "-p:CppCompilerAndLinker=gcc"] : throw new BenchmarkException("The native tool needs clang or gcc.");
        }

        string runtime = Child.Run(InRepository(
            "dotnet", "msbuild", "src/SecureToken.Tool", "-getProperty:NETCoreSdkPortableRuntimeIdentifier")).Output.Trim();
        pack("SecureToken.Tool", [.. native, "-r", runtime]);
        pack("SecureToken.Tool", [.. native, "-r", "any"]);
    });

    public static bool IsThere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Unpacks the tool as an installation has it: the native program.</summary>
    public string UnpackNative(string target)
    {
        string program = Path.Combine(Unpack("dotnet-sectoken.linux-*.nupkg", target), "dotnet-sectoken");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return program;
    }

    /// <summary>Unpacks the tool as an installation has it: the assembly for platforms without a native package.</summary>
    public string UnpackFallback(string target) => Path.Combine(Unpack("dotnet-sectoken.any.*.nupkg", target), "dotnet-sectoken.dll");

    private static Packages Make(Arguments arguments, Workplace workplace, Action<Action<string, string[]>> make)
    {
        if (arguments.Packages is not null)
        {
            return new Packages(arguments.Packages);
        }

        string feed = workplace.Directory.Create("feed");
        make((project, more) => Child.Run(InRepository(
            "dotnet",
            ["pack", Path.Combine("src", project), "-o", feed, "--artifacts-path", workplace.Directory["artifacts"], .. Quietly, .. more])));
        return new Packages(feed);
    }

    /// <summary>Packing restores, so it needs the environment, and the package sources, of the person who measures.</summary>
    private static Invocation InRepository(string file, params string[] arguments)
    {
        var environment = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Where(variable => !((string)variable.Key).StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
            .ToDictionary(variable => (string)variable.Key, variable => (string)variable.Value!, StringComparer.Ordinal);
        environment["MSBUILDDISABLENODEREUSE"] = "1";
        return new Invocation(file, arguments) { Directory = Repository.Root, Environment = environment };
    }

    private string Unpack(string pattern, string target)
    {
        ZipFile.ExtractToDirectory(Single(pattern), target);
        return Path.GetDirectoryName(System.IO.Directory.EnumerateFiles(target, "DotnetToolSettings.xml", SearchOption.AllDirectories).Single())!;
    }

    private string Single(string pattern)
    {
        string[] found = System.IO.Directory.GetFiles(directory, pattern);
        return found is [string one] ? one : throw new BenchmarkException($"{found.Length} files are {pattern} in the packages; one is needed.");
    }
}
