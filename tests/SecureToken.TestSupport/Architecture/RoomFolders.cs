namespace SecureToken.TestSupport.Architecture;

/// <summary>The folders of a project's rooms: each has the name of its room, and few enough files to read their names at a glance.</summary>
public static class RoomFolders
{
    private const int MostFiles = 20;

    /// <summary>What is wrong with the folders of <c>src/ROOT NAMESPACE</c>, a line for each; empty when nothing is.</summary>
    public static IReadOnlyList<string> Faults(RoomGraph graph, string rootNamespace)
    {
        string project = Path.Combine(Repository.Root, "src", rootNamespace);
        List<string> faults = [];
        foreach (string room in graph.TypesOfRoom.Keys)
        {
            bool isRoot = room == RoomGraph.Root;
            string folder = isRoot ? project : Path.Combine([project, .. room.Split('.')]);
            string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.cs") : [];
            if (files.Length is 0 or > MostFiles)
            {
                faults.Add($"{room} has {files.Length} files in {folder}.");
            }

            string expected = $"namespace {(isRoot ? rootNamespace : $"{rootNamespace}.{room}")};";
            faults.AddRange(files.Where(file => !File.ReadLines(file).Contains(expected) && File.ReadLines(file).Any(line => line.StartsWith("namespace ", StringComparison.Ordinal)))
                .Select(file => $"{file} does not say '{expected}'."));
        }

        return faults;
    }
}
