using System.Text.RegularExpressions;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>By default .NET looks for <c>libc.so</c> beside the assembly first; a file planted there would run with the token in reach.</summary>
[Trait("System", "Unix")]
[Trait("Needs", "probe")]
public sealed class PlantedLibraryTests : IDisposable
{
    private readonly Sandbox _box = new();

    public void Dispose() => _box.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_system_library_is_not_looked_for_beside_the_program_or_in_the_working_directory(bool native)
    {
        string executable = await Probe.Executable;
        string[] program;
        if (native)
        {
            program = [Executable.Copy(executable, _box.At("probe"))];
        }
        else
        {
            foreach (string assembly in new[] { "SecureToken.StorageProbe.dll", "SecureToken.Core.dll" })
            {
                File.Copy(Path.Combine(Probe.Assemblies, assembly), _box.At(assembly));
            }

            // Our own runtime settings name the shared runtime, so that it is not taken from the program's directory.
            string settings = Path.Combine(AppContext.BaseDirectory, "SecureToken.Core.Tests.runtimeconfig.json");
            program = ["dotnet", "exec", "--runtimeconfig", settings, _box.At("SecureToken.StorageProbe.dll")];
        }

        foreach (string name in new[] { "libc", "libc.so", "liblibc.so", "liblibc" })
        {
            await File.WriteAllTextAsync(_box.At(name), "planted", TestContext.Current.CancellationToken);
        }

        Trace trace = await Strace.Run(_box, ["-e", "trace=%file"], [.. program, .. Probe.SetArguments(_box, "a", "1")], _box.Root);
        Assert.True(trace.Ended.SaidOk, trace.Ended.Error);
        Assert.NotEmpty(trace.Calls);
        Assert.DoesNotContain(trace.Calls, call => IsPlanted(call.Text));
    }

    // By these names only: the .NET host looks for parts of itself in the program's directory, before any code of ours runs.
    private bool IsPlanted(string call) => Regex.IsMatch(call, $@"""({Regex.Escape(_box.Root)}/|\./)?(lib)?libc(\.so)?""");
}
