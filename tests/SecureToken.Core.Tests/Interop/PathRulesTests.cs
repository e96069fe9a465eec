using SecureToken.Core.Interop;
using SecureToken.Core.State;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Interop;

/// <summary>What the text of a path means on each platform, whichever this runs on.</summary>
public sealed class PathRulesTests
{
    [Theory]
    [InlineData(@"C:\Repo\Deploy\Api.env", @"c:\repo\deploy\API.ENV", true)]
    [InlineData(@"C:\Repo\Deploy\Api.env", "C:/Repo/Deploy/Api.env", true)]
    [InlineData(@"\\?\C:\Repo\a.env", @"C:\Repo\a.env", true)]
    [InlineData(@"\\?\UNC\server\share\a.env", @"\\server\share\a.env", true)]
    [InlineData(@"C:\Repo\a.env", @"D:\Repo\a.env", false)]
    [InlineData(@"C:\Repo\größe.env", @"C:\REPO\GRÖßE.ENV", true)]
    public void On_Windows_letters_separators_and_prefixes_make_no_other_file(string one, string other, bool isSame) =>
        Assert.Equal(isSame, PathRules.Windows.AreSame(one, other));

    [Fact]
    public void Only_on_Linux_letters_make_another_file()
    {
        Assert.False(PathRules.Linux.AreSame("/r/a.env", "/r/A.env"));
        Assert.True(PathRules.MacOS.AreSame("/r/a.env", "/r/A.env"));
        Assert.False(PathRules.MacOS.AreSame("/r/a.env", @"\r\a.env"));
    }

    [Theory]
    [InlineData(@"C:\repo\Sub\a.env", @"C:\Repo", true)]
    [InlineData(@"C:\repo\a.env", @"C:\Repo\", true)]
    [InlineData(@"C:\repo", @"C:\Repo", true)]
    [InlineData(@"C:\repository\a.env", @"C:\Repo", false)]
    [InlineData(@"C:\a.env", @"C:\", true)]
    [InlineData(@"D:\a.env", @"C:\", false)]
    public void What_is_within_a_directory_of_Windows_is_so_in_any_letters(string path, string directory, bool isWithin) =>
        Assert.Equal(isWithin, PathRules.Windows.IsWithin(path, directory));

    [Fact]
    public void Everything_is_within_the_root()
    {
        Assert.True(PathRules.Linux.IsWithin("/a.env", "/"));
        Assert.False(PathRules.Linux.IsWithin("/Repo/a.env", "/repo"));
    }

    [Fact]
    public void Git_is_asked_with_slashes_and_relative_to_the_work_tree()
    {
        Assert.Equal("Deploy/Api.env", PathRules.Windows.Relative(@"C:\Repo\Deploy\Api.env", @"C:\Repo"));
        Assert.Equal("Api.env", PathRules.Windows.Relative(@"C:\Api.env", @"C:\"));
        Assert.Equal("src/Api", PathRules.Windows.Slashed(@"src\Api"));
        Assert.Equal(@"src\Api", PathRules.Linux.Slashed(@"src\Api"));
        Assert.Equal(@"deploy/a\b.env", PathRules.Linux.Relative(@"/repo/deploy/a\b.env", "/repo"));
    }

    [Theory]
    [InlineData(@"\\.\nul", "the device NUL")]
    [InlineData(@"C:\repo\nul", "the device NUL")]
    [InlineData(@"C:\repo\Con.env", "the device CON")]
    [InlineData(@"C:\repo\com1.tar.gz", "the device COM1")]
    [InlineData(@"C:\repo\lpt9 .json", "the device LPT9")]
    [InlineData(@"\\.\pipe\docker_engine", "a device")]
    [InlineData(@"\\?\GLOBALROOT\Device\Null", "a device")]
    [InlineData(@"C:\repo\a.env:token", "an alternate data stream")]
    [InlineData(@"C:\repo\.git::$INDEX_ALLOCATION\config", "an alternate data stream")]
    [InlineData(@"C:\repo\console.env", null)]
    [InlineData(@"C:\repo\com10.env", null)]
    [InlineData(@"C:\repo\a.env", null)]
    [InlineData(@"\\server\share\a.env", null)]
    [InlineData(@"\\?\C:\repo\a.env", null)]
    public void A_name_that_is_no_file_on_Windows_is_called_what_it_is(string path, string? what) =>
        Assert.Equal(what, PathRules.Windows.NoFile(path));

    [Fact]
    public void Elsewhere_these_are_names_like_others() => Assert.Null(PathRules.Linux.NoFile("/repo/nul:con"));

    [Fact]
    public void A_long_path_of_Windows_gets_the_prefix_that_its_calls_ask_for()
    {
        string name = new('a', 250);
        Assert.Equal(@"C:\a.env", PathRules.Windows.Extended(@"C:\a.env"));
        Assert.Equal(@"\\?\C:\" + name, PathRules.Windows.Extended(@"C:\" + name));
        Assert.Equal(@"\\?\UNC\server\share\" + name, PathRules.Windows.Extended(@"\\server\share\" + name));
        Assert.Equal(@"\\?\C:\" + name, PathRules.Windows.Extended(@"\\?\C:\" + name));
        Assert.Equal("/" + name, PathRules.Linux.Extended("/" + name));
        Assert.Equal(@"\\server\share\" + name, PathRules.Plain(@"\\?\UNC\server\share\" + name));
    }

    [Fact]
    public void A_program_of_Windows_is_found_by_PATHEXT_also_when_its_name_has_a_dot()
    {
        Assert.Equal([@"C:\x\my.tool.EXE", @"C:\x\my.tool.CMD"], PathRules.Windows.Programs(@"C:\x\my.tool", ".EXE;.CMD"));
        Assert.Equal([@"C:\x\a.cmd", @"C:\x\a.cmd.EXE", @"C:\x\a.cmd.CMD"], PathRules.Windows.Programs(@"C:\x\a.cmd", ".EXE; .CMD;"));
        Assert.Contains(@"C:\x\git.EXE", PathRules.Windows.Programs(@"C:\x\git", null));
        Assert.Equal(["/x/my.tool"], PathRules.Linux.Programs("/x/my.tool", ".EXE"));
    }

    [Fact]
    public void A_file_is_one_entry_of_the_ledger_in_whatever_letters_and_a_command_is_not()
    {
        Assert.Equal(
            LedgerPlace.KeyOf("dotenv", @"C:\repo\Free.env", "A", PathRules.Windows),
            LedgerPlace.KeyOf("dotenv", @"c:\Repo\FREE.ENV", "A", PathRules.Windows));
        Assert.NotEqual(
            LedgerPlace.KeyOf("command", "gh secret set A", "A", PathRules.Windows),
            LedgerPlace.KeyOf("command", "gh secret set a", "A", PathRules.Windows));
        Assert.NotEqual(
            LedgerPlace.KeyOf("dotenv", "/repo/a.env", "A", PathRules.Linux),
            LedgerPlace.KeyOf("dotenv", "/repo/A.env", "A", PathRules.Linux));
    }

    [Fact]
    public void The_user_means_a_remembered_place_in_whatever_letters()
    {
        var rules = PathRules.MacOS;
        var match = new PlaceMatch("/nowhere/Repo", "/", rules);
        Assert.True(match.Covers(Place("/nowhere/repo/deploy/a.env")));
        Assert.False(match.Covers(Place("/nowhere/repository/a.env")));
        Assert.False(new PlaceMatch("/nowhere/Repo", "/", PathRules.Linux).Covers(Place("/nowhere/repo/deploy/a.env")));

        static LedgerPlace Place(string location) => new("dotenv", location, "A", "f", DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public void A_file_that_another_program_has_open_is_called_so()
    {
        var shared = new IOException("The process cannot access the file.", unchecked((int)0x8007_0020));
        Assert.True(FileErrors.IsInUse(shared));
        Assert.Equal("SECTOK531", FileErrors.NotWritten("a.env", shared).Code);
        Assert.Equal("SECTOK531", FileErrors.NotRead("a.env", shared).Code);
        Assert.Equal("SECTOK505", FileErrors.NotWritten("a.env", new IOException("No space left on device", 28)).Code);

        // An errno of Linux with the same number means something else.
        Assert.False(FileErrors.IsInUse(new IOException("Broken pipe", 32)));
    }

    [Fact]
    public void No_code_takes_the_root_of_Unix_for_a_directory_of_every_platform()
    {
        // Path.GetFullPath(path, "/") throws on Windows, so no base directory may be written down.
        string[] faults =
        [
            .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                    && !file.Contains("SecureToken.Emulator", StringComparison.Ordinal))
                .SelectMany(file => File.ReadLines(file)
                    .Where(line => line.Contains(", \"/\")", StringComparison.Ordinal))
                    .Select(line => $"{Path.GetFileName(file)}: {line.Trim()}")),
        ];
        Assert.Empty(faults);
    }
}
