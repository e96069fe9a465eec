using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;

namespace SecureToken.Core.Files;

/// <summary>Says whether bytes that were read back are what the writer meant, for instance that they hold the token.</summary>
/// <param name="content">What stands in the file. Not to be kept.</param>
public delegate bool ContentProof(ReadOnlySpan<byte> content);

/// <summary>Puts new content in the place of a file, so that at every moment the name leads to the whole old or the whole new file.</summary>
/// <param name="target">Canonical path of the file, whose lock the caller holds.</param>
/// <param name="shown">How the user spelled it.</param>
internal sealed class AtomicFileWriter(string target, string shown)
{
    /// <summary>
    /// One fixed name beside the target: a kill can leave a file with the secret (110 of 1000 did), but never more than one, and the
    /// next run removes it. It ends in <c>.tmp</c>, which the default .gitignore of .NET covers and <c>kubectl apply -f dir</c> skips.
    /// </summary>
    private readonly string _temporary = target + Suffix;

    /// <summary>What the name of the temporary file has behind the target's.</summary>
    public const string Suffix = ".sectoken.tmp";

    /// <summary>Whether a killed run left its temporary file, which may hold a token.</summary>
    public static bool HasLeftover(string target) => FileFacts.Of(target + Suffix) is not { Failure: null, Value: null };

    /// <summary>Writes <paramref name="content"/>; on a failure before the rename the old file stays and no temporary one does.</summary>
    /// <param name="content">All bytes of the new file.</param>
    /// <param name="proof">Asked about the bytes of the temporary file before it takes the target's place.</param>
    /// <param name="old">The facts of the file that is replaced; null when there is none.</param>
    /// <param name="isDurable">Whether it is on the disk when this returns.</param>
    public Failure? Write(ReadOnlySpan<byte> content, ContentProof proof, FileFacts? old, bool isDurable)
    {
        bool replaced = false;
        try
        {
            Remove(_temporary);
            WriteTemporary(content, proof, old, isDurable);

            // Before the rename: a directory that cannot be opened must not be found out when the old file is gone.
            using SafeFileHandle? directory = isDurable ? PrivateDirectory.Open(Path.GetDirectoryName(target)!) : null;
            Rename();
            replaced = true;
            PrivateDirectory.Sync(directory);
        }
        catch (Exception e) when (FileErrors.Are(e))
        {
            return Failure.Of(replaced ? DiagnosticDescriptors.FileNotDurable : DiagnosticDescriptors.FileUnwritable, shown, FileErrors.Reason(e));
        }
        finally
        {
            if (!replaced)
            {
                RemoveLeftover();
            }
        }

        return ReadBack(content);
    }

    /// <summary>Makes the temporary file and removes it: what could stop a write (a read-only directory, a full disk) stops this.</summary>
    public Failure? Rehearse(int length)
    {
        try
        {
            Remove(_temporary);
            using (FileStream stream = Create())
            {
                // To the disk: a quota or a worn disk is told there. And so a rehearsal takes as long as what it rehearses.
                stream.Write(new byte[length]);
                Flush(stream);
            }

            using SafeFileHandle? directory = PrivateDirectory.Open(Path.GetDirectoryName(target)!);
            Remove(_temporary);
            return null;
        }
        catch (Exception e) when (FileErrors.Are(e))
        {
            RemoveLeftover();
            return Failure.Of(DiagnosticDescriptors.FileUnwritable, shown, FileErrors.Reason(e));
        }
    }

    /// <summary>Removes the target; its name is gone for good when this returns null.</summary>
    public Failure? Delete()
    {
        try
        {
            using SafeFileHandle? directory = PrivateDirectory.Open(Path.GetDirectoryName(target)!);
            Remove(target);
            PrivateDirectory.Sync(directory);
            return null;
        }
        catch (Exception e) when (FileErrors.Are(e))
        {
            return Failure.Of(DiagnosticDescriptors.FileNotDeleted, shown, FileErrors.Reason(e));
        }
    }

    /// <summary>Removes what a killed run left. It is only tidying: if it cannot, a write will say why.</summary>
    public void RemoveLeftover()
    {
        try
        {
            // Asked first, because on a read-only file system removing a missing file is an error.
            if (FileFacts.Of(_temporary) is { Failure: null, Value: not null })
            {
                Remove(_temporary);
            }
        }
        catch (Exception e) when (FileErrors.Are(e))
        {
            // The failure that led here is the one to tell.
        }
    }

    private FileStream Create()
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew, // O_EXCL: neither an existing file nor a planted link
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileFacts.Private; // at open(2), so no moment with other permissions
        }

        return new FileStream(_temporary, options);
    }

    private void WriteTemporary(ReadOnlySpan<byte> content, ContentProof proof, FileFacts? old, bool isDurable)
    {
        using FileStream stream = Create();
        if (!OperatingSystem.IsWindows() && old is { } facts)
        {
            KeepOwnerAndMode(stream.SafeFileHandle, facts);
        }

        stream.Write(content);
        if (isDurable)
        {
            Flush(stream);
        }

        byte[] written = GC.AllocateUninitializedArray<byte>(content.Length, pinned: true);
        try
        {
            stream.Position = 0;
            stream.ReadExactly(written);
            if (stream.Length != content.Length || !content.SequenceEqual(written) || !proof(written))
            {
                throw new IOException("the new content does not read back as the token");
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(written);
        }
    }

    // Without it a crash may leave an empty file under the new name.
    private static void Flush(FileStream stream)
    {
        if (!OperatingSystem.IsLinux())
        {
            stream.Flush(flushToDisk: true); // on macOS F_FULLFSYNC, which empties the drive's cache too
        }

        if (!OperatingSystem.IsWindows())
        {
            Check(Posix.Sync(stream.SafeFileHandle));
        }
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void KeepOwnerAndMode(SafeFileHandle temporary, FileFacts old)
    {
        if (old.Owner != Posix.User)
        {
            // Only root gets here (see FileFacts.Refusal): what was a user's file stays his.
            Check(Posix.ChangeOwner(temporary, old.Owner, old.Group));
        }

        if ((old.Mode & FileFacts.Private) != FileFacts.Private)
        {
            File.SetUnixFileMode(temporary, old.Mode & FileFacts.Private); // never wider than it was
        }
    }

    private void Rename()
    {
        if (OperatingSystem.IsWindows())
        {
            WindowsFile.Replace(_temporary, target);
        }
        else
        {
            Check(Posix.Rename(_temporary, target));
        }
    }

    private Failure? ReadBack(ReadOnlySpan<byte> content)
    {
        Result<Snapshot?> now = FileReader.Read(target, shown);
        if (now.Failure is not null)
        {
            return now.Failure;
        }

        bool same = now.Value is { } file && content.SequenceEqual(file.Content);
        now.Value?.Clear();
        return same ? null : Failure.Of(DiagnosticDescriptors.ReadBackFailed, shown);
    }

    private static void Remove(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }
        else
        {
            Check(Posix.Unlink(path));
        }
    }

    private static void Check(int error)
    {
        if (!OperatingSystem.IsWindows() && error != 0)
        {
            throw new IOException(Posix.Reason(error));
        }
    }
}
