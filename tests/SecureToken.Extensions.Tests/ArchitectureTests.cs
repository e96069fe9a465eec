using SecureToken.TestSupport.Architecture;
using Xunit;

namespace SecureToken.Extensions.Tests;

/// <summary>The rooms of the package, read from its assembly.</summary>
public sealed class ArchitectureTests
{
    private const string RootNamespace = "SecureToken.Extensions";

    private static readonly RoomGraph Graph = RoomGraph.Read(typeof(SecureTokenOptions).Assembly.Location, RootNamespace);

    [Fact]
    public void No_room_uses_a_room_that_is_not_below_it()
    {
        // Options, exception and names are the lowest: everything takes or throws them.
        IReadOnlyList<string> violations = Graph.Violations([RoomGraph.Root, "Refreshing", "Sources", "Http Configuration", "Hosting"]);
        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }

    [Fact]
    public void No_rooms_use_each_other_in_a_circle() => Assert.Empty(Graph.Cycles);

    [Fact]
    public void Every_room_is_a_folder_of_at_most_twenty_files() =>

        // Extension methods are in the namespace of what they extend, so that they need no using of their own.
        Assert.DoesNotContain(RoomFolders.Faults(Graph, RootNamespace), fault => !fault.Contains("Extensions.cs does not say", StringComparison.Ordinal));
}
