using SecureToken.TestSupport;
using SecureToken.TestSupport.Architecture;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>The rooms of the tool, read from its assembly.</summary>
public sealed class ArchitectureTests
{
    private const string RootNamespace = "SecureToken.Tool";

    private static readonly RoomGraph Graph = RoomGraph.Read(Repository.Built(RootNamespace, "dotnet-sectoken.dll"), RootNamespace);

    /// <summary>The lowest first; rooms of one line do not know each other. The root puts the commands together.</summary>
    private static readonly string[] Order = ["Terminal", "Output Projects", "Options Reports", "Completion", "Commands", RoomGraph.Root];

    [Fact]
    public void No_room_uses_a_room_that_is_not_below_it()
    {
        IReadOnlyList<string> violations = Graph.Violations(Order);
        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }

    [Fact]
    public void No_rooms_use_each_other_in_a_circle() => Assert.Empty(Graph.Cycles);

    [Fact]
    public void An_arrow_that_goes_back_is_found_with_a_place_where_it_is()
    {
        IReadOnlyList<string> reversed = Graph.Violations([.. Order.Reverse()]);
        Assert.Contains(reversed, violation => violation.StartsWith("Commands -> Output (", StringComparison.Ordinal));
        Assert.Contains(reversed, violation => violation.StartsWith("Output -> Terminal (", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_room_is_a_folder_of_at_most_twenty_files() => Assert.Empty(RoomFolders.Faults(Graph, RootNamespace));
}
