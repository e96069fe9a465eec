using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>Files without a secret: made where nothing is, replaced where nobody has changed them.</summary>
public sealed class TextFileEditorTests : IDisposable
{
    private readonly TemporaryDirectory _place = new("editor");

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("a=1\n")]
    public void A_file_is_made_of_the_bytes_and_nothing_is_left_beside_it(string content)
    {
        string path = _place["a.txt"];
        Assert.Null(TextFileEditor.Create(path, Utf8(content)));
        Assert.Equal(content, File.ReadAllText(path));
        Assert.Equal(Utf8(content), TextFileEditor.Read(path).Value);
        AssertAlone("a.txt");
    }

    [Fact]
    public void What_has_the_name_already_stays_as_it_is()
    {
        string file = _place.Write("file", "theirs");
        string directory = _place.Create("directory");
        string link = File.CreateSymbolicLink(_place["link"], _place["nothing"]).FullName;
        Assert.All([file, directory, link], path =>
            Assert.Equal(Failure.Of(DiagnosticDescriptors.FileInTheWay, path), TextFileEditor.Create(path, "ours"u8)));
        Assert.Equal("theirs", File.ReadAllText(file));
        AssertAlone("directory", "file", "link");
    }

    [Fact]
    public async Task What_comes_meanwhile_stays_as_it_is_and_nothing_is_left_beside_it()
    {
        // Whoever sees the temporary file makes the file. He may be too late, so it is tried until he is not.
        byte[] content = new byte[4 * 1024 * 1024];
        Failure? failure = null;
        for (int i = 0; i < 100 && failure is null; i++)
        {
            string directory = _place.Create($"{i}");
            string path = Path.Combine(directory, "a.txt");
            using var end = new CancellationTokenSource();
            Task other = Task.Factory.StartNew(() => Intrude(directory, path, end.Token), end.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            failure = TextFileEditor.Create(path, content);
            await end.CancelAsync();
            await other;
            if (failure is not null)
            {
                Assert.Equal(Failure.Of(DiagnosticDescriptors.FileInTheWay, path), failure);
                Assert.Equal("theirs", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
                Assert.Equal([path], Directory.GetFileSystemEntries(directory));
            }
        }

        Assert.NotNull(failure);
    }

    [Fact]
    public void What_is_replaced_has_the_new_bytes()
    {
        string path = _place.Write("a.txt", "old and longer");
        Assert.Null(TextFileEditor.Replace(path, "new"u8, "old and longer"u8));
        Assert.Equal("new", File.ReadAllText(path));
        AssertAlone("a.txt");
    }

    [Trait("System", "Unix")]
    [Theory]
    [InlineData("600")]
    [InlineData("640")]
    [InlineData("664")]
    [InlineData("666")]
    [InlineData("755")]
    public void What_is_replaced_keeps_its_permissions_whatever_the_umask_is(string mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no such permissions.");
        string path = _place.Write("a.txt", "old");
        var expected = (UnixFileMode)Convert.ToInt32(mode, 8);
        File.SetUnixFileMode(path, expected);
        Assert.Null(TextFileEditor.Replace(path, "new"u8, "old"u8));
        Assert.Equal(expected, File.GetUnixFileMode(path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ol")]
    [InlineData("old ")]
    public void What_another_program_has_changed_stays_as_it_is(string seen)
    {
        string path = _place.Write("a.txt", "old");
        Assert.Equal(
            Failure.Of(DiagnosticDescriptors.FileUnwritable, path, "another program changed it at the same time"),
            TextFileEditor.Replace(path, "new"u8, Utf8(seen)));
        Assert.Equal("old", File.ReadAllText(path));
        AssertAlone("a.txt");
    }

    [Fact]
    public void What_is_no_file_of_ours_is_neither_read_nor_replaced()
    {
        string nothing = _place["nothing"];
        string directory = _place.Create("directory");
        string file = _place.Write("file", "old");
        string link = File.CreateSymbolicLink(_place["link"], file).FullName;
        (string, Failure)[] expected =
        [
            (nothing, Failure.Of(DiagnosticDescriptors.FileUnreadable, nothing, "it was deleted")),
            (directory, Failure.Of(DiagnosticDescriptors.NotARegularFile, directory, "a directory")),
            (link, Failure.Of(DiagnosticDescriptors.LinkRefused, link)),
        ];
        foreach ((string path, Failure failure) in expected)
        {
            Assert.Equal(failure, TextFileEditor.Read(path).Failure);
            Assert.Equal(failure, TextFileEditor.Replace(path, "new"u8, "old"u8));
        }

        Assert.Equal("old", File.ReadAllText(file));
        AssertAlone("directory", "file", "link");
    }

    [Fact]
    public void Where_no_file_can_be_made_the_reason_of_the_system_is_told_and_the_old_one_is_whole()
    {
        // A name so long that the temporary one is too long.
        string path = _place.Write(new string('n', 250), "old");
        string other = _place[new string('m', 250)];
        string lost = _place["no-directory", "a.txt"];
        Failure?[] failures =
        [
            TextFileEditor.Replace(path, "new"u8, "old"u8), TextFileEditor.Create(other, "new"u8), TextFileEditor.Create(lost, "new"u8),
        ];
        Assert.Equal(["SECTOK505", "SECTOK505", "SECTOK505"], failures.Select(failure => failure?.Code));
        Assert.StartsWith($"{path} cannot be written: ", failures[0]!.Message, StringComparison.Ordinal);
        Assert.StartsWith($"{other} cannot be written: ", failures[1]!.Message, StringComparison.Ordinal);
        Assert.StartsWith($"{lost} cannot be written: ", failures[2]!.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(path));
        AssertAlone(Path.GetFileName(path));
    }

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static void Intrude(string directory, string path, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            if (Directory.EnumerateFiles(directory, "*.tmp").Any())
            {
                using FileStream theirs = new(path, FileMode.OpenOrCreate, FileAccess.Write);
                theirs.Write("theirs"u8);
                return;
            }
        }
    }

    private void AssertAlone(params string[] names) =>
        Assert.Equal(names, Directory.GetFileSystemEntries(_place.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
}
