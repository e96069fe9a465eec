using System.Globalization;

namespace SecureToken.TestSupport;

/// <summary>A process that is not ours to wait for, by /proc.</summary>
public static class OtherProcess
{
    /// <summary>Whether it runs. One that has ended and is not reaped yet does not, though it still has a directory.</summary>
    public static bool Runs(string id) => StatusOf(id) is string[] status && status[0] is not ("Z" or "X");

    /// <summary>
    /// Whether it ends within a minute. A signal is not yet the end: until the kernel has taken the process apart, and its parent has
    /// reaped it, it stands in the table.
    /// </summary>
    public static async Task<bool> EndsAsync(string id)
    {
        for (int left = 1200; left > 0 && Runs(id); left--)
        {
            await Task.Delay(50);
        }

        return !Runs(id);
    }

    /// <summary>The process that started it, or 0 when it has ended.</summary>
    internal static int ParentOf(int id) =>
        StatusOf(id.ToString(CultureInfo.InvariantCulture)) is string[] status ? int.Parse(status[1], CultureInfo.InvariantCulture) : 0;

    private static string[]? StatusOf(string id)
    {
        // Without an id it would be asked of nobody, who runs no more.
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        try
        {
            // The name, in parentheses, may hold anything; the state and the parent follow the last one.
            string line = File.ReadAllText($"/proc/{id.Trim()}/stat");
            return line[(line.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            // It has just ended.
            return null;
        }
    }
}
