namespace SecureToken.TestSupport.Architecture;

/// <summary>One room uses another, with one place where it does.</summary>
public sealed record RoomEdge(string From, string To, string Example)
{
    public override string ToString() => $"{From} -> {To} ({Example})";
}

/// <summary>
/// Which rooms of an assembly use which. A room is a namespace below the root namespace, such as <c>Service</c> or <c>Text.Json</c>; the
/// root namespace itself is <see cref="Root"/>. Read from the compiled assembly: base types, signatures, attributes and method bodies,
/// with nested and compiler-generated types. A constant or an enum value that the compiler copied leaves no trace there.
/// </summary>
public sealed class RoomGraph
{
    /// <summary>The name of the room of the root namespace.</summary>
    public const string Root = "(root)";

    private RoomGraph(IReadOnlyDictionary<string, int> typesOfRoom, IReadOnlyList<RoomEdge> edges)
    {
        TypesOfRoom = typesOfRoom;
        Edges = edges;
    }

    /// <summary>The rooms, and how many types each declares, without the nested ones.</summary>
    public IReadOnlyDictionary<string, int> TypesOfRoom { get; }

    /// <summary>Each pair of rooms once, in order of their names.</summary>
    public IReadOnlyList<RoomEdge> Edges { get; }

    /// <summary>Every set of rooms that reach each other, in order of their names. Empty when there is no cycle.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Cycles
    {
        get
        {
            Dictionary<string, HashSet<string>> reachable = TypesOfRoom.Keys.ToDictionary(
                room => room, ReachableFrom, StringComparer.Ordinal);
            return
            [
                .. reachable.Keys.Where(room => reachable[room].Contains(room))
                    .Select(room => reachable[room].Where(other => reachable[other].Contains(room)).Order(StringComparer.Ordinal).ToArray())
                    .DistinctBy(rooms => string.Join(' ', rooms)),
            ];
        }
    }

    /// <summary>Reads an assembly without loading it.</summary>
    /// <param name="assemblyPath">The file.</param>
    /// <param name="rootNamespace">Types outside it, such as those that the compiler adds, are not looked at.</param>
    public static RoomGraph Read(string assemblyPath, string rootNamespace)
    {
        using var assembly = new AssemblyTypes(assemblyPath);
        var typesOfRoom = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var edges = new SortedDictionary<(string From, string To), RoomEdge>();
        foreach (AssemblyType type in assembly.Types)
        {
            if (RoomOf(type.Namespace, rootNamespace) is not { } from)
            {
                continue;
            }

            typesOfRoom[from] = typesOfRoom.GetValueOrDefault(from) + (type.IsNested ? 0 : 1);
            foreach (TypeUse use in assembly.UsesOf(type))
            {
                if (RoomOf(use.Used.Namespace, rootNamespace) is { } to && to != from)
                {
                    edges.TryAdd((from, to), new RoomEdge(from, to, $"{use.Member} uses {use.Used.Name}"));
                }
            }
        }

        return new RoomGraph(typesOfRoom, [.. edges.Values]);
    }

    /// <summary>What goes against a declared order; empty when all is well.</summary>
    /// <param name="layers">
    /// The lowest first. A layer is one room, or several with spaces between them, which then may not use each other. A room includes
    /// the rooms below its name unless they are declared themselves. Every room must be declared, and every declared one must exist.
    /// </param>
    public IReadOnlyList<string> Violations(params string[] layers)
    {
        Dictionary<string, int> heights = layers
            .SelectMany((layer, height) => layer.Split(' ').Select(room => (room, height)))
            .ToDictionary(pair => pair.room, pair => pair.height, StringComparer.Ordinal);
        return
        [
            .. TypesOfRoom.Keys.Where(room => Declared(room) is null).Select(room => $"{room} has no place in the order."),
            .. heights.Keys.Except(TypesOfRoom.Keys.Select(Declared)).Select(room => $"{room} is in the order, but has no types."),
            .. Edges.Where(GoesBack).Select(edge => edge.ToString()),
        ];

        bool GoesBack(RoomEdge edge) =>
            Declared(edge.From) is { } from && Declared(edge.To) is { } to && from != to && heights[from] <= heights[to];

        string? Declared(string room)
        {
            for (string? name = room; name is not null; name = name.LastIndexOf('.') is > 0 and var dot ? name[..dot] : null)
            {
                if (heights.ContainsKey(name))
                {
                    return name;
                }
            }

            return null;
        }
    }

    private HashSet<string> ReachableFrom(string room)
    {
        HashSet<string> found = [];
        var left = new Queue<string>([room]);
        while (left.TryDequeue(out string? from))
        {
            foreach (RoomEdge edge in Edges.Where(edge => edge.From == from && found.Add(edge.To)))
            {
                left.Enqueue(edge.To);
            }
        }

        return found;
    }

    private static string? RoomOf(string name, string rootNamespace) =>
        name == rootNamespace ? Root
        : name.StartsWith(rootNamespace + ".", StringComparison.Ordinal) ? name[(rootNamespace.Length + 1)..]
        : null;
}
