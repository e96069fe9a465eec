using System.ComponentModel;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SecureToken.Core.Interop;
using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>
/// Runs a part of a test as another user, in this process. To Linux a user is one of a thread; the libc's calls change all threads, so the
/// kernel is asked. The thread ends with the part.
/// </summary>
internal static partial class AnotherUser
{
    public const uint Service = 65534;
    public const uint App = 54321;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    public static void SkipUnlessWeAreRoot() => Assert.SkipUnless(
        OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64,
        "Only root can be another user, too.");

    /// <summary>What the part gives as the service's user, who is a member of no more groups than these.</summary>
    public static T Gives<T>(Func<T> part, params uint[] groups)
    {
        T? value = default;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Check(SetGroups(IsArm ? 159 : 116, groups.Length, groups));
                Check(SetIdentity(IsArm ? 149 : 119, Service, Service, Service));
                Check(SetIdentity(IsArm ? 147 : 117, Service, Service, Service));
                value = part();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return value!;
    }

    /// <summary>
    /// What the part gives where only permissions count, also when root runs the tests. Linux keeps the user that files are asked for by
    /// thread, so no other test notices.
    /// </summary>
    public static T GivesByPermission<T>(Func<T> part)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return part();
        }

        _ = SetFileUser(Service);
        try
        {
            return part();
        }
        finally
        {
            _ = SetFileUser(0);
        }
    }

    /// <summary>Gives a file or a directory to a user and sets its mode, by its three or four digits.</summary>
    public static void Own(string path, uint owner, uint group, string mode)
    {
        int opened = Directory.Exists(path) ? Posix.OpenDirectory(path, out SafeFileHandle handle) : Posix.OpenFile(path, write: false, out handle);
        using (handle)
        {
            Assert.Equal((0, 0), (opened, Posix.ChangeOwner(handle, owner, group)));
            Sandbox.SetMode(path, ModeOf(mode));
        }
    }

    public static UnixFileMode ModeOf(string digits) => (UnixFileMode)Convert.ToInt32(digits, 8);

    private static void Check(nint result)
    {
        if (result != 0)
        {
            throw new Win32Exception();
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint SetGroups(nint call, nint count, uint[] groups);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint SetIdentity(nint call, nuint real, nuint effective, nuint saved);

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetFileUser(uint user);
}
