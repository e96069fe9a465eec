using System.Runtime.Versioning;
using SecureToken.Build.Tests.Support;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Build.Tests;

/// <summary>The stamp of a build saves a request, and nothing depends on it.</summary>
[UnsupportedOSPlatform("windows")]
[Trait("System", "Unix")]
public sealed class StampFaultTests(PackageFixture package) : PackageTest(package)
{
    [Fact]
    public async Task A_stamp_that_cannot_be_written_costs_another_look_and_no_build()
    {
        string project = Site.BareProject();
        (await Site.MSBuildAsync(project)).Exits(0);
        string directory = Path.Combine(Path.GetDirectoryName(project)!, "obj", "SecureToken");
        string stamp = Assert.Single(Directory.GetFiles(directory));
        byte[] secrets = await File.ReadAllBytesAsync(Site.SecretsOf("bare"), Stop);
        foreach (string error in (string[])["EROFS", "EDQUOT", "ENOSPC", "EACCES", "EIO", "EMFILE", "ENFILE", "ESTALE"])
        {
            File.Delete(stamp);
            string log = Path.Combine(Site.Root, "trace");
            CommandResult built = await Site.Command.RunAsync(
                Path.GetDirectoryName(project)!, "strace", "-f", "--seccomp-bpf", "-qq", "-o", log, "-P", stamp, "-e", "signal=none", "-e", "trace=openat,utimensat",
                "-e", $"inject=openat,utimensat:error={error}", "--", "dotnet", "msbuild", project, "-nologo");
            Assert.Contains("(INJECTED)", await File.ReadAllTextAsync(log, Stop), StringComparison.Ordinal);
            built.Exits(0);
            Assert.DoesNotContain(": error ", built.All, StringComparison.Ordinal);
            Assert.Equal(secrets, await File.ReadAllBytesAsync(Site.SecretsOf("bare"), Stop));
        }

        File.Delete(stamp);
        (await Site.MSBuildAsync(project)).Exits(0);
        Assert.Equal(stamp, Assert.Single(Directory.GetFiles(directory)));
        Assert.True(Site.HasToken(Site.SecretsOf("bare")));
    }
}
