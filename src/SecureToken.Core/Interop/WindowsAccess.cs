using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace SecureToken.Core.Interop;

/// <summary>Gives files and directories of Windows their access list with the call that makes them, so never a moment later.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsAccess
{
    private static readonly SecurityIdentifier User = CurrentUser();

    /// <summary>
    /// Makes a file that nobody else may open while it is open, with the list of <see cref="PrivateAccessList"/>. Its handle may also
    /// rename and delete it.
    /// </summary>
    /// <param name="path">Its path.</param>
    /// <param name="replaced">The file whose place it will take.</param>
    public static FileStream Create(string path, string replaced)
    {
        IReadOnlyList<AccessEntry>? old = ListOf(replaced, out bool isOwn);
        var security = new FileSecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        foreach (AccessEntry entry in PrivateAccessList.For(User.Value, old, isOwn))
        {
            security.AddAccessRule(new FileSystemAccessRule(
                new SecurityIdentifier(entry.Identity), (FileSystemRights)entry.Rights,
                entry.IsAllowed ? AccessControlType.Allow : AccessControlType.Deny));
        }

        return new FileInfo(path).Create(
            FileMode.CreateNew, FileSystemRights.Read | FileSystemRights.Write | FileSystemRights.Delete, FileShare.None, bufferSize: 1,
            FileOptions.None, security);
    }

    /// <summary>Makes a directory, and those above it that are missing, for the user, the system and administrators.</summary>
    public static void CreateDirectory(string path)
    {
        var security = new DirectorySecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        foreach (AccessEntry entry in PrivateAccessList.For(User.Value, null, isOwn: false))
        {
            security.AddAccessRule(new FileSystemAccessRule(
                new SecurityIdentifier(entry.Identity), (FileSystemRights)entry.Rights,
                InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit, PropagationFlags.None, AccessControlType.Allow));
        }

        security.CreateDirectory(path);
    }

    /// <summary>The access list of a file; null when there is none. One that cannot be read gives way to a new one.</summary>
    private static List<AccessEntry>? ListOf(string path, out bool isOwn)
    {
        isOwn = false;
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            FileSecurity security = new FileInfo(path).GetAccessControl(AccessControlSections.Access);
            isOwn = security.AreAccessRulesProtected;
            return
            [
                .. security.GetAccessRules(includeExplicit: true, includeInherited: true, typeof(SecurityIdentifier))
                    .OfType<FileSystemAccessRule>()
                    .Select(rule => new AccessEntry(
                        rule.IdentityReference.Value, (int)rule.FileSystemRights, rule.AccessControlType == AccessControlType.Allow,
                        rule.IsInherited)),
            ];
        }
        catch (Exception exception) when (FileErrors.Are(exception) || exception is PrivilegeNotHeldException or InvalidOperationException)
        {
            isOwn = false;
            return null;
        }
    }

    private static SecurityIdentifier CurrentUser()
    {
        using WindowsIdentity identity = WindowsIdentity.GetCurrent();
        return identity.User!;
    }
}
