using SecureToken.TestSupport.Architecture;

namespace SecureToken.Emulator.Tests;

/// <summary>The rooms of the emulator, read from its assembly.</summary>
public sealed class ArchitectureTests
{
    private const string RootNamespace = "SecureToken.Emulator";

    private static readonly RoomGraph Graph = RoomGraph.Read(typeof(EmulatorServer).Assembly.Location, RootNamespace);

    /// <summary>The lowest first; rooms of one line do not know each other. The root has the nouns that everybody shares.</summary>
    private static readonly string[] Order =
    [
        RoomGraph.Root,
        "Http Credentials",
        "State",
        "Iam Resources Service",
        "Admin Middleware",
        "Hosting",
        "Cli",
    ];

    [Fact]
    public void No_room_uses_a_room_that_is_not_below_it()
    {
        var violations = Graph.Violations(Order);

        // Not Assert.Empty, which cuts the texts.
        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }

    [Fact]
    public void No_rooms_use_each_other_in_a_circle() => Assert.Empty(Graph.Cycles);

    [Fact]
    public void An_arrow_that_goes_back_is_found_with_a_place_where_it_is()
    {
        var reversed = Graph.Violations([.. Order.Reverse()]);

        Assert.Contains(reversed, violation => violation.StartsWith("Service -> State (", StringComparison.Ordinal));
        Assert.Contains(reversed, violation => violation.StartsWith("Cli -> Hosting (", StringComparison.Ordinal));
    }

    [Fact]
    public void A_room_without_a_place_and_a_place_without_a_room_are_found()
    {
        Assert.Equal(["Cli has no place in the order."], Graph.Violations(Order[..^1]));
        Assert.Equal(["Attic is in the order, but has no types."], Graph.Violations([.. Order, "Attic"]));
    }

    [Fact]
    public void Every_room_is_a_folder_of_at_most_twenty_files()
    {
        var faults = RoomFolders.Faults(Graph, RootNamespace);
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }
}
