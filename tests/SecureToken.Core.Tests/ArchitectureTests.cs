using SecureToken.Core.Diagnostics;
using SecureToken.TestSupport;
using SecureToken.TestSupport.Architecture;
using Xunit;

namespace SecureToken.Core.Tests;

/// <summary>The rooms of the core, read from its assembly: docs/architecture.md has the picture.</summary>
public sealed class ArchitectureTests
{
    private const string RootNamespace = "SecureToken.Core";

    private static readonly RoomGraph Graph = RoomGraph.Read(typeof(Failure).Assembly.Location, RootNamespace);

    /// <summary>The lowest first; rooms of one line do not know each other.</summary>
    private static readonly string[] Order =
    [
        "Diagnostics Text Timing",
        "Text.Json Text.Yaml Text.Dotenv",
        "Text.Kubernetes",
        "Interop",
        "Secrets Files",
        "Model",
        "State Processes",
        "Settings",
        "Http",
        "Service Identity",
        "Destinations",
        "Destinations.Files Destinations.Jobs Destinations.Commands Destinations.Cluster",
        "Destinations.Building",
        "Operations.Session",
        "Operations.Inject",
        "Operations.Status",
        "Operations.Watch",
        "Operations.Reset Operations.Run Operations.Doctor Operations.Forget",
    ];

    [Fact]
    public void No_room_uses_a_room_that_is_not_below_it()
    {
        IReadOnlyList<string> violations = Graph.Violations(Order);

        // Not Assert.Empty, which cuts the texts.
        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }

    [Fact]
    public void No_rooms_use_each_other_in_a_circle() => Assert.Empty(Graph.Cycles);

    [Fact]
    public void An_arrow_that_goes_back_is_found_with_a_place_where_it_is() =>
        Assert.Contains(Graph.Violations([.. Order.Reverse()]), violation => violation.StartsWith("Service -> Http (", StringComparison.Ordinal));

    [Fact]
    public void One_type_decides_which_characters_of_a_value_are_shown()
    {
        string[] copies =
        [
            .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
                .Where(path => !path.Contains("Emulator", StringComparison.Ordinal)
                    && File.ReadLines(path).Any(line => line.Contains(".IsControl(", StringComparison.Ordinal)
                        || line.Contains("<= '~'", StringComparison.Ordinal)))
                .Select(path => Path.GetFileName(path)).Order(),
        ];

        // The name in an IAM token is kept without them, and a key of the keyboard is not a value that is shown.
        Assert.Equal(["IamClaims.cs", "PrintableText.cs", "SecretPrompt.cs"], copies);
    }

    [Fact]
    public void Every_room_is_a_folder_of_at_most_twenty_files()
    {
        IReadOnlyList<string> faults = RoomFolders.Faults(Graph, RootNamespace);
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }
}
