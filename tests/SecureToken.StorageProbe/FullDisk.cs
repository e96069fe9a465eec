using System.Globalization;

namespace SecureToken.StorageProbe;

/// <summary>A disk that fills up: the variable PROBE_FILL names a file on it that takes all of it, PROBE_LEAVE how many KiB are left.</summary>
internal static class FullDisk
{
    public static void Fill()
    {
        if (Environment.GetEnvironmentVariable("PROBE_FILL") is not { Length: > 0 } path)
        {
            return;
        }

        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] page = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(page);
            }
        }
        catch (IOException)
        {
            int left = int.Parse(Environment.GetEnvironmentVariable("PROBE_LEAVE") ?? "0", CultureInfo.InvariantCulture);
            file.SetLength(Math.Max(0, file.Length - (left * 1024)));
        }
    }
}
