using Microsoft.Win32.SafeHandles;
using SecureToken.Core.Interop;

namespace SecureToken.Core.Files;

/// <summary>Who keeps access to a file whose place new content takes, and who does not.</summary>
/// <remarks>
/// Nobody gets access who had none, and no user keeps it only because everyone had it: a file that gives something to others, as an umask
/// of 022 makes them, becomes its owner's alone. A file that gives others nothing was shared on purpose: its group and its access list keep
/// what they had. The extended attributes that people and the security module set are copied.
/// </remarks>
internal sealed class KeptAccess
{
    private const string AccessList = "system.posix_acl_access";
    private const UnixFileMode OfGroup = UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
    private const UnixFileMode OfOthers = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly FileFacts _old;
    private readonly bool _keepsGroup;
    private readonly byte[]? _list;
    private readonly List<(string Name, byte[] Value)> _attributes = [];

    private KeptAccess(FileFacts old, SafeFileHandle file, uint? inheritedGroup)
    {
        _old = old;
        if (OperatingSystem.IsLinux())
        {
            foreach (string name in Posix.Attributes(file).Where(IsCopied))
            {
                if (Posix.Attribute(file, name) is { } value)
                {
                    _attributes.Add((name, value));
                }
            }

            _list = Posix.Attribute(file, AccessList);
        }

        bool isOthers = (old.Mode & OfOthers) != 0;
        bool isShared = (old.Mode & OfGroup) != 0 || _list is not null;
        _keepsGroup = !OperatingSystem.IsWindows() && isShared && !isOthers && (inheritedGroup == old.Group || Posix.IsMember(old.Group));
        Mode = old.Mode & (FileFacts.Private | (_keepsGroup ? OfGroup : 0));
        Losers = LosersOf();
    }

    /// <summary>The permissions of the new file.</summary>
    public UnixFileMode Mode { get; }

    /// <summary>Who could read the file and cannot any more, in words.</summary>
    public IReadOnlyList<string> Losers { get; }

    /// <summary>Who keeps access beside the owner, in words; null when nobody does.</summary>
    public string? Readers =>
        !_keepsGroup
        ? null : (Mode & OfGroup) == 0 ? null : _list is null ? $"the group {_old.Group}"
        : $"the group {_old.Group} and whom its access list names";

    /// <summary>What a file gives, and what its successor will; null when there is no file that could be looked at.</summary>
    /// <param name="path">Canonical path.</param>
    public static KeptAccess? Of(string path)
    {
        if (OperatingSystem.IsWindows() || Posix.OpenFile(path, write: false, out SafeFileHandle handle) != 0)
        {
            return null;
        }

        using (handle)
        {
            if (Posix.Describe(handle, out FileFacts facts) != 0)
            {
                return null;
            }

            // In a directory with the set-group-id bit a new file has the directory's group, whoever makes it.
            FileFacts? directory = FileFacts.Of(Path.GetDirectoryName(path)!) is { Failure: null } there ? there.Value : null;
            return new KeptAccess(facts, handle, directory is { } made && made.Mode.HasFlag(UnixFileMode.SetGroup) ? made.Group : null);
        }
    }

    /// <summary>Gives a new, still empty file what the old one had. What cannot be given is named.</summary>
    /// <param name="file">The new file, of mode 0600.</param>
    /// <param name="mine">Its facts.</param>
    /// <exception cref="IOException">Owner, group, access list or mode cannot be set.</exception>
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public IReadOnlyList<string> Give(SafeFileHandle file, FileFacts mine)
    {
        // Only root gets at another user's file (see FileFacts.Refusal): what was a user's file stays his.
        uint owner = mine.Owner == _old.Owner ? Posix.Same : _old.Owner;
        bool hasGroup = _keepsGroup;
        if (owner != Posix.Same)
        {
            Check(Posix.ChangeOwner(file, owner, _old.Group));
        }
        else if (_keepsGroup && mine.Group != _old.Group)
        {
            // A group that a container does not know cannot be given.
            hasGroup = Posix.ChangeOwner(file, owner, _old.Group) == 0;
        }

        if (OperatingSystem.IsLinux() && hasGroup)
        {
            // Without the list that a directory hands down: the mode's bits for the group would give to whom that list names.
            Check(_list is null ? Posix.RemoveAttribute(file, AccessList) : Posix.SetAttribute(file, AccessList, _list));
        }

        UnixFileMode mode = hasGroup ? Mode : Mode & FileFacts.Private;
        if (mode != FileFacts.Private)
        {
            File.SetUnixFileMode(file, mode);
        }

        List<string> lost = hasGroup == _keepsGroup ? [] : [$"the access of the group {_old.Group}"];
        foreach ((string name, byte[] value) in _attributes)
        {
            if (!IsSet(file, name, value))
            {
                lost.Add(name);
            }
        }

        return lost;
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static bool IsSet(SafeFileHandle file, string name, byte[] value) =>
        Posix.SetAttribute(file, name, value) == 0 || (Posix.Attribute(file, name) is { } there && there.AsSpan().SequenceEqual(value));

    /// <summary>Others in security and trusted belong to the content or to the kernel: signatures, capabilities, layers.</summary>
    private static bool IsCopied(string name) =>
        name.StartsWith("user.", StringComparison.Ordinal) || name is "security.selinux" or "security.SMACK64";

    private List<string> LosersOf()
    {
        List<string> losers = [];
        if (_old.Mode.HasFlag(UnixFileMode.OtherRead))
        {
            losers.Add("every user of the machine");
        }
        else if (_old.Mode.HasFlag(UnixFileMode.GroupRead) && !_keepsGroup)
        {
            losers.Add($"the group {_old.Group}");
        }

        if (_list is not null && !_keepsGroup && !_old.Mode.HasFlag(UnixFileMode.OtherRead))
        {
            losers.Add("whom its access list names");
        }

        return losers;
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new IOException(Posix.Reason(error));
        }
    }
}
