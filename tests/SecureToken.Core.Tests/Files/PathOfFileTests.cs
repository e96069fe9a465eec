using Microsoft.Win32.SafeHandles;
using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>Where a file is: its canonical name, the directories above it, and whether it is there at all.</summary>
[Trait("System", "Unix")]
public sealed class PathOfFileTests : IDisposable
{
    private readonly TemporaryDirectory _place = new("path");

    public PathOfFileTests()
    {
        _place.Write("real/file", "theirs");
        _place.Create("empty");
        Directory.CreateSymbolicLink(_place["link"], _place["real"]);
        File.CreateSymbolicLink(_place["real", "dangling"], _place["nothing"]);
    }

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("real/file", FilePresence.Exists)]
    [InlineData("link/file", FilePresence.Exists)]
    [InlineData("link", FilePresence.Exists)]
    [InlineData("real", FilePresence.Exists)]
    [InlineData("real/dangling", FilePresence.Exists)]
    [InlineData("real/removed", FilePresence.Deleted)]
    [InlineData("empty/not-mounted", FilePresence.Unreachable)]
    [InlineData("nothing/below", FilePresence.Unreachable)]
    [InlineData("real/file/below", FilePresence.Unreachable)]
    [InlineData("nothing/of\nthis", FilePresence.Deleted)]
    public void A_remembered_file_is_there_or_removed_or_out_of_reach(string name, FilePresence presence) =>
        Assert.Equal(presence, FileSearch.For(_place[name]));

    [Theory]
    [InlineData("")]
    [InlineData("relative")]
    [InlineData("relative/file")]
    public void No_file_has_a_relative_name(string name) => Assert.Equal(FilePresence.Deleted, FileSearch.For(name));

    [Theory]
    [InlineData("real/file", "real/file")]
    [InlineData("link/file", "real/file")]
    [InlineData("link/../link/new", "real/new")]
    [InlineData("link/new/deep/file", "real/new/deep/file")]
    [InlineData("real/dangling", "real/dangling")]
    public void A_path_has_one_spelling_and_its_directory_is_remembered(string name, string canonical)
    {
        string root = Path.GetDirectoryName(CanonicalPath.Of(_place["x"]).Value)!;
        string path = _place[name];
        string directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Dictionary<string, string> directories = [];
        string expected = Path.Combine(root, canonical);
        Assert.Equal(expected, CanonicalPath.Of(path).Value);
        Assert.Equal(expected, CanonicalPath.Of(path, directories).Value);
        Assert.Equal([KeyValuePair.Create(directory, Path.GetDirectoryName(expected)!)], directories);

        directories[directory] = "/elsewhere";
        Assert.Equal("/elsewhere/" + Path.GetFileName(name), CanonicalPath.Of(path, directories).Value);
    }

    [Theory]
    [InlineData("real/")]
    [InlineData("nothing/")]
    [InlineData("/")]
    public void A_path_that_ends_in_a_slash_is_a_directory(string name) =>
        Assert.Equal(Failure.Of(DiagnosticDescriptors.NotARegularFile, _place[name], "a directory"), CanonicalPath.Of(_place[name]).Failure);

    [Fact]
    public void What_lies_deep_below_a_file_has_no_name()
    {
        const string Name = "real/file/deep/below";
        Dictionary<string, string> directories = [];
        Assert.Equal(
            Failure.Of(DiagnosticDescriptors.FileUnreadable, _place[Name], "Not a directory"), CanonicalPath.Of(_place[Name], directories).Failure);
        Assert.Empty(directories);
    }

    [Fact]
    public void A_relative_path_is_a_defect_of_the_caller() =>
        Assert.Equal(
            "'a/b' is not an absolute path. (Parameter 'path')", Assert.Throws<ArgumentException>("path", () => CanonicalPath.Of("a/b")).Message);

    [Fact]
    public void The_state_directory_is_looked_for_once()
    {
        KnownDirectories known = new();
        KnownState? state = known.StateOf(name => name == "SECTOKEN_STATE_DIR" ? _place["link"] : null);
        Assert.Equal(new KnownState(_place["link"], Path.GetDirectoryName(CanonicalPath.Of(_place["real", "x"]).Value)!), state);
        Assert.Same(state, known.StateOf(_ => throw new InvalidOperationException("It is known.")));
    }

    [Fact]
    public void Every_directory_that_is_made_is_its_owners()
    {
        Assert.Null(PrivateDirectory.Ensure(_place["a", "b", "c"]));
        string[] made = [_place["a"], _place["a", "b"], _place["a", "b", "c"]];
        Assert.All(made, path => Assert.Equal(AnotherUser.ModeOf("700"), new DirectoryInfo(path).UnixFileMode));
    }

    [Fact]
    public void A_directory_that_cannot_be_made_is_told()
    {
        string path = _place["real", "file", "below"];
        Assert.Equal(
            Failure.Of(DiagnosticDescriptors.FileUnwritable, path, $"The file '{_place["real", "file"]}' already exists"), PrivateDirectory.Ensure(path));
    }

    [Theory]
    [InlineData("nothing", "No such file or directory")]
    [InlineData("real/file", "Not a directory")]
    public void A_directory_that_cannot_be_opened_is_an_error(string name, string reason) =>
        Assert.Equal(reason, Assert.Throws<IOException>(() => PrivateDirectory.Open(_place[name])).Message);

    [Fact]
    public void A_directory_that_cannot_be_made_durable_is_an_error()
    {
        using SafeFileHandle? directory = PrivateDirectory.Open(_place.Path);
        PrivateDirectory.Sync(directory);
        using SafeFileHandle other = new(1_000_000, ownsHandle: false); // nothing is open there
        Assert.Equal("Bad file descriptor", Assert.Throws<IOException>(() => PrivateDirectory.Sync(other)).Message);
    }
}
