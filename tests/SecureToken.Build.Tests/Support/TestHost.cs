using System.Runtime.CompilerServices;
using Microsoft.Build.Locator;
using SecureToken.Build.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(PackageFixture))]

namespace SecureToken.Build.Tests.Support;

/// <summary>What has to be true of the test process before any type of MSBuild is loaded.</summary>
internal static class TestHost
{
    /// <summary>The state directory of tasks that run in this process: never the person's own.</summary>
    public static string StateDirectory { get; } = Directory.CreateTempSubdirectory("sectoken-build-tests-state-").FullName;

    [ModuleInitializer]
#pragma warning disable CA2255 // A test assembly is an application: MSBuild must be found before the first of its types is.
    internal static void Initialize()
#pragma warning restore CA2255
    {
        MSBuildLocator.RegisterDefaults();
        Environment.SetEnvironmentVariable("SECTOKEN_STATE_DIR", StateDirectory);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(StateDirectory, recursive: true);
    }
}
