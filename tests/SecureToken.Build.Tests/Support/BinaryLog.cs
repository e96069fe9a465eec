using System.IO.Compression;
using System.Text;

namespace SecureToken.Build.Tests.Support;

/// <summary>
/// The bytes of a binary log: it is a gzip stream in which every string stands once, as UTF-8, and the project files as a zip archive.
/// The tests of the control project prove that a leak is found in both.
/// </summary>
internal static class BinaryLog
{
    public static string TextOf(string path) => Encoding.UTF8.GetString(Unpack(path));

    /// <summary>The log unpacked, and after it every file that is embedded in it.</summary>
    public static byte[] Unpack(string path)
    {
        using var unpacked = new MemoryStream();
        try
        {
            using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
            gzip.CopyTo(unpacked);
        }
        catch (InvalidDataException)
        {
            // A build that was killed leaves a log without an end; what is there was unpacked.
        }

        byte[] log = unpacked.ToArray();
        int archiveStart = log.AsSpan().IndexOf("PK\u0003\u0004"u8);
        int archiveEnd = log.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (archiveStart >= 0 && archiveEnd > archiveStart)
        {
            using var archive = new ZipArchive(new MemoryStream(log, archiveStart, archiveEnd + 22 - archiveStart));
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                using Stream content = entry.Open();
                content.CopyTo(unpacked);
            }
        }

        return unpacked.ToArray();
    }
}
