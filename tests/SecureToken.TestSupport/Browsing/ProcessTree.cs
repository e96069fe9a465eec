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
            .ToLookup(OtherProcess.ParentOf);
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
}
