using System.Reflection;
using Microsoft.Extensions.Configuration.UserSecrets;

namespace LocalRun;

/// <summary>The directory that holds the user-secrets of this program.</summary>
internal static class UserSecretsDirectory
{
    /// <summary>
    /// Makes it, for this user only. If it is not there when the program starts, <c>AddUserSecrets</c> watches nothing, and secrets
    /// that are written later are never seen.
    /// </summary>
    public static void Ensure(Assembly assembly)
    {
        string id = assembly.GetCustomAttribute<UserSecretsIdAttribute>()!.UserSecretsId;
        string directory = Path.GetDirectoryName(PathHelper.GetSecretsPathFromSecretsId(id))!;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
