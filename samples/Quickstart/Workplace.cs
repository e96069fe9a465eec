using System.Diagnostics;
using System.Reflection;

namespace Quickstart;

/// <summary>A temporary directory that holds everything the walk leaves behind, and the environment in which its commands run.</summary>
internal sealed class Workplace : IDisposable
{
    private static readonly string[] Foreign = ["SECTOKEN_", "SYSDIG_", "IBMCLOUD_", "IC_", "IBM_CREDENTIALS"];

    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);
    private Process? _emulator;

    public Workplace()
    {
        Directory.CreateDirectory(Home);
        CopyNuGetSettings();

        // Every command gets a profile of its own: user-secrets, state, NuGet cache and tools of the person who tries this stay as they are.
        Set("HOME", Home);
        Set("USERPROFILE", Home);
        Set("APPDATA", OperatingSystem.IsWindows() ? In("home", "AppData") : string.Empty);
        Set("LOCALAPPDATA", OperatingSystem.IsWindows() ? In("home", "LocalAppData") : string.Empty);
        Set("XDG_STATE_HOME", string.Empty);
        Set("SECTOKEN_STATE_DIR", string.Empty);
        Set("DOTNET_CLI_HOME", Home);
        Set("NUGET_PACKAGES", In("nuget-cache"));
        Set("DOTNET_CLI_TELEMETRY_OPTOUT", "1");
        Set("DOTNET_NOLOGO", "1");
        Set("DOTNET_GENERATE_ASPNET_CERTIFICATE", "false");
        Set("MSBUILDDISABLENODEREUSE", "1");
        Set("DOTNET_CLI_USE_MSBUILD_SERVER", "0");
        Set("PATH", Tools + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH"));
    }

    public static string RepositoryRoot { get; } =
        typeof(Workplace).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!;

    public string Root { get; } = Directory.CreateTempSubdirectory("sectoken-quickstart-").FullName;

    public string Home => In("home");

    public string Feed => In("feed");

    public string Tools => In("tools");

    public string App => In("app");

    public string In(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    public void Set(string name, string value) => _environment[name] = value;

    /// <summary>Runs a command as a person would: prints it, prints what came out, and answers its exit status.</summary>
    public int Run(string shown, string file, IEnumerable<string> arguments, string directory, IEnumerable<string>? show = null)
    {
        Console.WriteLine($"  $ {shown}");
        string[] wanted = show?.ToArray() ?? [];
        using Process process = Start(file, arguments, directory);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        string[] lines = [.. (output + error.Result).Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0)];
        foreach (string line in lines.Where(line => line.Contains("error", StringComparison.Ordinal) || Array.Exists(wanted, line.Contains)))
        {
            Console.WriteLine($"    {line.Replace(Root, "…", StringComparison.Ordinal).Trim()}");
        }

        return process.ExitCode;
    }

    /// <summary>Runs a command that waits for somebody: each thing is done, one after the other, once the command has said its text.</summary>
    public int RunAndAct(
        string shown, string file, IEnumerable<string> arguments, string directory, IReadOnlyList<(string Until, Action Act)> acts)
    {
        int done = 0;
        Console.WriteLine($"  $ {shown}");
        using Process process = Start(file, arguments, directory);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        while (process.StandardError.ReadLine() is { } line)
        {
            Console.WriteLine($"    {line.Replace(Root, "…", StringComparison.Ordinal)}".TrimEnd());
            if (done < acts.Count && line.Contains(acts[done].Until, StringComparison.Ordinal))
            {
                acts[done++].Act();
            }
        }

        process.WaitForExit();
        Console.Write(output.Result);
        return process.ExitCode;
    }

    /// <summary>Starts the emulator and takes over the settings that it prints.</summary>
    public void StartEmulator()
    {
        string emulator = Path.Combine(AppContext.BaseDirectory, "SecureToken.Emulator.dll");
        Console.WriteLine("  $ dotnet run --project src/SecureToken.Emulator -- --port 0 --team payments=42 --identity ada=key --identity bob=bob.key");
        _emulator = Start(
            "dotnet", [emulator, "--port", "0", "--team", "payments=42", "--identity", $"ada={In("key")}", "--identity", $"bob={In("bob.key")}"], Root);
        while (_emulator.StandardOutput.ReadLine() is { } line)
        {
            Console.WriteLine($"    {line.Replace(Root, "…", StringComparison.Ordinal)}");
            if (line.StartsWith("# ready", StringComparison.Ordinal))
            {
                return;
            }

            string[] pair = line.Split('=', 2);
            Set(pair[0], pair[1]);
        }

        throw new InvalidOperationException("The emulator did not start: " + _emulator.StandardError.ReadToEnd());
    }

    /// <summary>While the repository itself is built, packages that the person has are read where they are, and none is written there.</summary>
    public void ReadPackagesOfProfile(bool isOn)
    {
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Set("NUGET_FALLBACK_PACKAGES", isOn && Directory.Exists(packages) ? packages : string.Empty);
    }

    public string Setting(string name) => _environment[name];

    public void Dispose()
    {
        if (_emulator is { HasExited: false })
        {
            _emulator.Kill(entireProcessTree: true);
            _emulator.WaitForExit();
        }

        _emulator?.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    private Process Start(string file, IEnumerable<string> arguments, string directory)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // Nor is anything of theirs used: a credential for the real service would come before the emulator's.
        foreach (string name in start.Environment.Keys.Where(name => Array.Exists(Foreign, name.StartsWith)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach ((string name, string value) in _environment)
        {
            if (value.Length == 0)
            {
                start.Environment.Remove(name);
            }
            else
            {
                start.Environment[name] = value;
            }
        }

        return Process.Start(start)!;
    }

    /// <summary>A company's package sources are in the user's NuGet settings; without them a restore in the new profile might find nothing.</summary>
    private void CopyNuGetSettings()
    {
        string profile = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        foreach (string relative in (string[])[Path.Combine(".nuget", "NuGet", "NuGet.Config"), Path.Combine(".config", "NuGet", "NuGet.Config")])
        {
            string source = Path.Combine(profile, relative);
            if (File.Exists(source))
            {
                string target = Path.Combine(Home, relative);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(source, target, overwrite: true);
            }
        }
    }
}
