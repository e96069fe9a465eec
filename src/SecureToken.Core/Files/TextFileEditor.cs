using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;

namespace SecureToken.Core.Files;

/// <summary>
/// Writes a file without secrets, for everybody to read: whole, or not at all. Files with a secret go through <see cref="SecretFile"/>.
/// </summary>
public static class TextFileEditor
{
    /// <summary>Makes a file. One that is there already, or comes meanwhile, stays as it is.</summary>
    /// <param name="path">Absolute path; its directory is there.</param>
    /// <param name="content">All bytes.</param>
    /// <returns>Null; or 181 (there is one), 505.</returns>
    public static Failure? Create(string path, ReadOnlySpan<byte> content) =>
        Path.Exists(path) ? Failure.Of(DiagnosticDescriptors.FileInTheWay, path) : Write(path, content, old: null);

    /// <summary>Puts new content in the place of a file, which keeps its permissions.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="content">All bytes.</param>
    /// <param name="old">What the file held when it was read; one that was changed since stays as it is.</param>
    /// <returns>Null; or 502, 503, 507 (it is not ours to use), 504, 505.</returns>
    public static Failure? Replace(string path, ReadOnlySpan<byte> content, ReadOnlySpan<byte> old)
    {
        if (!Read(path).Succeeded(out byte[]? now, out Failure? failure))
        {
            return failure;
        }

        return !now.AsSpan().SequenceEqual(old)
            ? Failure.Of(DiagnosticDescriptors.FileUnwritable, path, "another program changed it at the same time")
            : FileFacts.Of(path).Succeeded(out FileFacts? facts, out failure) ? Write(path, content, facts)
            : failure;
    }

    /// <summary>The content of a file that is there.</summary>
    /// <param name="path">Absolute path.</param>
    /// <returns>The bytes; or 502, 503, 507, 504, 515.</returns>
    public static Result<byte[]> Read(string path)
    {
        Result<Snapshot?> read = FileReader.Read(path, path);
        return read.Failure is not null
            ? read.Failure : read.Value is { } file ? file.Content
            : Failure.Of(DiagnosticDescriptors.FileUnreadable, path, "it was deleted");
    }

    private static Failure? Write(string path, ReadOnlySpan<byte> content, FileFacts? old)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        bool isMoved = false;
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                // After it is made: a umask would take from the permissions that a file is made with.
                if (!OperatingSystem.IsWindows() && old is { } facts)
                {
                    File.SetUnixFileMode(stream.SafeFileHandle, facts.Mode);
                }

                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: old is not null);
            isMoved = true;
            return null;
        }
        catch (IOException) when (old is null && Path.Exists(path))
        {
            return Failure.Of(DiagnosticDescriptors.FileInTheWay, path);
        }
        catch (Exception e) when (FileErrors.Are(e))
        {
            return FileErrors.NotWritten(path, e);
        }
        finally
        {
            if (!isMoved)
            {
                TryDelete(temporary);
            }
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (FileErrors.Are(e))
        {
            // What the failure says already is the reason.
        }
    }
}
