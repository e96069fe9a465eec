using System.Globalization;

namespace SecureToken.TestSupport.Browsing;

/// <summary>Who descends from a process, by /proc.</summary>
internal static class ProcessTree
{
    public static IReadOnlyList<int> Below(int root)
    {
        ILookup<int, int> children = Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : 0)
            .Where(id => id > 0)
            .ToLookup(ParentOf);
        List<int> found = [];
        var left = new Queue<int>([root]);
        while (left.TryDequeue(out int parent))
        {
            foreach (int child in children[parent])
            {
                found.Add(child);
                left.Enqueue(child);
            }
        }

        return found;
    }

    private static int ParentOf(int id)
    {
        try
        {
            // The name, in parentheses, may hold anything; the state and the parent follow the last one.
            string line = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            return int.Parse(line[(line.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has just ended.
            return 0;
        }
    }
}
