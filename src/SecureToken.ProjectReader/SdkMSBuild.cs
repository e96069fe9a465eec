using Microsoft.Build.Locator;

namespace SecureToken.ProjectReader;

/// <summary>
/// Finds the SDK that a <c>dotnet build</c> beside the first project would use (global.json included) and loads its MSBuild.
/// </summary>
internal static class SdkMSBuild
{
    /// <summary>Registers it; an exit status when there is none.</summary>
    public static int? Register(IReadOnlyList<string> paths)
    {
        var options = new VisualStudioInstanceQueryOptions
        {
            DiscoveryTypes = DiscoveryType.DotNetSdk,
            WorkingDirectory = paths.Count > 0 ? Path.GetDirectoryName(paths[0])! : Environment.CurrentDirectory,
        };
        VisualStudioInstance? instance;
        try
        {
            instance = MSBuildLocator.QueryVisualStudioInstances(options).FirstOrDefault();
        }
        catch (InvalidOperationException)
        {
            // The host's own words go over many lines.
            Console.Error.WriteLine(
                "The .NET SDK that its global.json asks for is not installed. 'dotnet --version' beside the project says which one.");
            return 11;
        }

        if (instance is null)
        {
            Console.Error.WriteLine("No .NET SDK was found for this project.");
            return 11;
        }

        MSBuildLocator.RegisterInstance(instance);
        return null;
    }
}
