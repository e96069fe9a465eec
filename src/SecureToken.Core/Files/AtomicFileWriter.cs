using Microsoft.Win32.SafeHandles;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;

namespace SecureToken.Core.Files;

/// <summary>Says whether bytes that were read back are what the writer meant, for instance that they hold the token.</summary>
/// <param name="content">What stands in the file. Not to be kept.</param>
public delegate bool ContentProof(ReadOnlySpan<byte> content);

/// <summary>
/// Puts new content in the place of a file, so that at every moment the name leads to the whole old or the whole new file.
/// </summary>
/// <param name="target">Canonical path of the file.</param>
/// <param name="shown">How the user spelled it.</param>
/// <param name="isSecret">False for what may be copied in memory, such as a ledger.</param>
internal sealed class AtomicFileWriter(string target, string shown, bool isSecret)
{
    /// <summary>What the last write could not give the new file of what the old one had.</summary>
    public IReadOnlyList<string> Losses { get; private set; } = [];

    /// <summary>Whether a killed run left its temporary file, which may hold a token.</summary>
    public static bool HasLeftover(string target) => FileFacts.Of(target + TemporaryFile.Suffix) is not { Failure: null, Value: null };

    /// <summary>Writes <paramref name="content"/>; on a failure before the rename the old file stays and no temporary one does.</summary>
    /// <param name="content">All bytes of the new file.</param>
    /// <param name="proof">Asked about the bytes of the temporary file, which are one piece, before it takes the target's place; null when
    /// nothing is to be asked.</param>
    /// <param name="isStillSeen">Asked about what stands there when no other writer can change it any more; null when any content is
    /// replaced.</param>
    /// <param name="durability">What a power cut leaves of it.</param>
    /// <param name="limit">How long to wait for another writer.</param>
    /// <param name="cancellation">Ends that wait.</param>
    /// <returns>True; or false when the file is not as it was seen, and nothing was written.</returns>
    public Result<bool> Write(
        FileContent content, ContentProof? proof, Func<Snapshot?, bool>? isStillSeen, Durability durability, TimeSpan limit,
            CancellationToken cancellation)
    {
        bool isReplaced = false;
        try
        {
            if (!TemporaryFile.Create(target, shown, limit, cancellation).Succeeded(out TemporaryFile? temporary, out Failure? failure))
            {
                return failure;
            }

            using (temporary)
            {
                Snapshot? old = null;
                if (isStillSeen is not null && !FileReader.Read(target, shown, isSecret).Succeeded(out old, out failure))
                {
                    return failure;
                }

                bool isSeen = isStillSeen is null || isStillSeen(old);
                old?.Clear();
                if (!isSeen)
                {
                    return false;
                }

                Fill(temporary, content, proof, durability);

                // Other programs do not ask for our lock; what they wrote meanwhile must not be lost.
                if ((isStillSeen is not null && !IsUntouched(old, temporary.Directory)) || !temporary.TakePlaceOf(target))
                {
                    return false;
                }

                isReplaced = true;
                PrivateDirectory.Sync(durability == Durability.Full ? temporary.Directory : null);
                return ReadBack(content, temporary) is { } unread ? unread : true;
            }
        }
        catch (Exception e) when (FileErrors.Are(e))
        {
            return isReplaced
                ? Failure.Of(DiagnosticDescriptors.FileNotDurable, shown, FileErrors.Reason(e)) : FileErrors.NotWritten(shown, e);
        }
    }

    /// <summary>
    /// Writes a file without a name where the new one would be: what could stop a write (a read-only directory, a full disk) stops this.
    /// </summary>
    public Failure? Rehearse(int length)
    {
        try
        {
            if (HasLeftover(target))
            {
                TemporaryFile.RemoveDead(target + TemporaryFile.Suffix); // what cannot be removed would stop the write
            }

            string parent = Path.GetDirectoryName(target)!;
            using (FileStream stream = OpenNameless(parent))
            {
                // To the disk: a quota or a worn disk is told there. And so a rehearsal takes as long as what it rehearses.
                stream.Write(new byte[length]);
                Flush(stream, stream.SafeFileHandle);
            }

            using SafeFileHandle? directory = PrivateDirectory.Open(parent);
            return null;
        }
        catch (Exception e) when (FileErrors.Are(e))
        {
            return FileErrors.NotWritten(shown, e);
        }
    }

    /// <summary>Removes the target; its name is gone for good when this returns null.</summary>
    public Failure? Delete()
    {
        try
        {
            using SafeFileHandle? directory = PrivateDirectory.Open(Path.GetDirectoryName(target)!);
            if (OperatingSystem.IsWindows())
            {
                File.Delete(target);
            }
            else
            {
                Check(Posix.Unlink(target));
            }

            PrivateDirectory.Sync(directory);
            return null;
        }
        catch (Exception e) when (FileErrors.Are(e))
        {
            return FileErrors.IsInUse(e)
                ? Failure.Of(DiagnosticDescriptors.FileInUse, shown)
                : Failure.Of(DiagnosticDescriptors.FileNotDeleted, shown, FileErrors.Reason(e));
        }
    }

    /// <summary>Removes what a killed run left. It is only tidying: if it cannot, a write will say why.</summary>
    public void RemoveLeftover()
    {
        try
        {
            // Asked first, because on a read-only file system removing a missing file is an error.
            if (FileFacts.Of(target + TemporaryFile.Suffix) is { Failure: null, Value: not null })
            {
                TemporaryFile.RemoveDead(target + TemporaryFile.Suffix);
            }
        }
        catch (Exception e) when (FileErrors.Are(e))
        {
            // The failure that led here is the one to tell.
        }
    }

    /// <summary>A file that a kill takes with it. Where the file system has no such thing, one whose name is removed at once.</summary>
    private FileStream OpenNameless(string parent)
    {
        if (OperatingSystem.IsLinux() && Posix.OpenNameless(parent, out SafeFileHandle handle) == 0)
        {
            return new FileStream(handle, FileAccess.ReadWrite, bufferSize: 0);
        }

        FileStreamOptions options =
            new() { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (OperatingSystem.IsWindows())
        {
            options.Options = FileOptions.DeleteOnClose;
        }
        else
        {
            options.UnixCreateMode = FileFacts.Private;
        }

        // Not the name of a writer's: that would be his lock.
        string path = $"{target}.{Guid.NewGuid():N}.tmp";
        FileStream stream = new(path, options);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }

        return stream;
    }

    private void Fill(TemporaryFile temporary, FileContent content, ContentProof? proof, Durability durability)
    {
        // While it is still empty.
        Losses = !OperatingSystem.IsWindows() && KeptAccess.Of(target) is { } access ? access.Give(temporary.Handle, temporary.Facts) : [];

        FileStream stream = temporary.Stream;
        for (int i = 0; i < content.Count; i++)
        {
            stream.Write(content[i]);
        }

        if (durability != Durability.None)
        {
            Flush(stream, temporary.Handle);
        }

        // The bytes on the disk are these, so what holds for these holds for them.
        if (!FileReader.Holds(temporary.Handle, content) || proof?.Invoke(content[0]) == false)
        {
            throw new IOException("the new content does not read back as the token");
        }
    }

    // Without it a crash may leave an empty file under the new name.
    private static void Flush(FileStream stream, SafeFileHandle handle)
    {
        if (!OperatingSystem.IsLinux())
        {
            stream.Flush(flushToDisk: true); // on macOS F_FULLFSYNC, which empties the drive's cache too
        }

        if (!OperatingSystem.IsWindows())
        {
            Check(Posix.Sync(handle));
        }
    }

    private bool IsUntouched(Snapshot? old, SafeFileHandle? directory) =>
        Now(directory) is { Failure: null } now
            && (now.Value is { } facts ? old is not null && facts.IsUntouched(old.Facts) : old is null);

    /// <summary>The facts about the target in the very directory that the new file is in.</summary>
    private Result<FileFacts?> Now(SafeFileHandle? directory)
    {
        if (OperatingSystem.IsWindows() || directory is null)
        {
            return FileFacts.Of(target);
        }

        return Posix.Describe(directory, Path.GetFileName(target), out FileFacts facts) switch
        {
            0 => (FileFacts?)facts,
            Posix.NoEntry => (FileFacts?)null,
            int error => Failure.Of(DiagnosticDescriptors.FileUnreadable, shown, Posix.Reason(error)),
        };
    }

    /// <summary>Reads the file under its name. Who has replaced it since has read it before, and answers for what is there now.</summary>
    private Failure? ReadBack(FileContent content, TemporaryFile written)
    {
        if (!FileReader.Compare(target, shown, content, isSecret).Succeeded(out FileComparison? now, out Failure? failure))
        {
            return failure;
        }

        return now is not null && (now.IsSame || !written.IsThis(now.Facts))
            ? null : Failure.Of(DiagnosticDescriptors.ReadBackFailed, shown);
    }

    private static void Check(int error)
    {
        if (!OperatingSystem.IsWindows() && error != 0)
        {
            throw new IOException(Posix.Reason(error));
        }
    }
}
