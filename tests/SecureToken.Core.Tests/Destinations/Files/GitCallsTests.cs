using System.Runtime.InteropServices;
using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;
using SecureToken.Core.Processes;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Destinations.Files;

/// <summary>How git is asked: with what, how often, and what of the environment and of the repository it does not obey.</summary>
[Collection(nameof(ProcessWide))]
[Trait("System", "Unix")]
public sealed partial class GitCallsTests : IDisposable
{
    private static readonly string[] Kept = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "safe.directory=*"];

    private static readonly string[] Variables =
    [
        "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS",
        "GIT_ICASE_PATHSPECS", "GIT_NO_LAZY_FETCH", "GIT_OPTIONAL_LOCKS",
    ];

    private readonly TemporaryDirectory _place = new("calls");
    private readonly string? _path = Environment.GetEnvironmentVariable("PATH");
    private readonly string _root;
    private readonly string _log;

    public GitCallsTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The git that is asked is a shell script.");
        string program = HelperProgram.Find("git").Value;
        string bin = _place.Create("bin");
        _log = _place["log"];
        string script = _place.Write("bin/git", $$"""
            #!/bin/sh
            { echo call; printf 'arg %s\n' "$@"; env | grep -E '^({{string.Join('|', Variables)}})=' | sort | sed 's/^/env /'; } >>'{{_log}}'
            exec '{{program}}' "$@"

            """);
        File.SetUnixFileMode(script, FileFacts.Private | UnixFileMode.UserExecute);
        Environment.SetEnvironmentVariable("PATH", bin + Path.PathSeparator + _path);
        _root = Path.GetDirectoryName(CanonicalPath.Of(Path.Combine(_place.Create("repo"), "x")).Value)!;
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("PATH", _path);
        _place.Dispose();
    }

    [Fact]
    public async Task Two_calls_say_of_all_files_what_git_thinks_whatever_the_environment_says()
    {
        await RepositoryAsync("a.env");
        _place.Write("repo/.gitignore", "b.env\n");
        Array.ForEach(Variables, name => Assert.Equal(0, SetVariable(name, name.StartsWith("GIT_NO_", StringComparison.Ordinal) ? "0" : "1", 1)));
        try
        {
            Assert.Equal([GitState.Tracked, GitState.Ignored, GitState.NotIgnored], Look("a.env", "b.env", "c.env"));
        }
        finally
        {
            Array.ForEach(Variables, name => _ = UnsetVariable(name));
        }

        string[] environment = ["env GIT_NO_LAZY_FETCH=1", "env GIT_OPTIONAL_LOCKS=0"];
        string[][] expected =
        [
            [.. Arguments("ls-files", "-z", "--", ":(literal)a.env", ":(literal)b.env", ":(literal)c.env"), .. environment],
            [.. Arguments("check-ignore", "-z", "--stdin"), .. environment],
        ];
        Assert.Equal(expected, Calls());
    }

    [Fact]
    public async Task Where_letters_make_no_other_file_git_is_told_so()
    {
        await RepositoryAsync("a.env");
        Assert.Equal([GitState.Tracked], GitGuard.Look([Path.Combine(_root, "A.env")], PathRules.MacOS));
        Assert.Contains("arg :(icase,literal)A.env", Calls()[0]);
    }

    [Fact]
    public async Task A_file_is_asked_for_once_however_often_it_is_named_and_a_directory_is_none()
    {
        await RepositoryAsync("a.env");
        Directory.CreateSymbolicLink(Path.Combine(_root, "link"), _root);
        Assert.Equal(
            [GitState.Tracked, GitState.Unknown, GitState.NotIgnored, GitState.Tracked, GitState.Tracked],
            Look("a.env", "sub/", "b.env", "sub/../a.env", "link/a.env"));
        Assert.Equal(["arg :(literal)a.env", "arg :(literal)b.env"], Calls()[0].Where(line => line.StartsWith("arg :", StringComparison.Ordinal)));
    }

    [Fact]
    public void Outside_of_work_trees_nobody_is_asked()
    {
        Assert.Equal([GitState.Outside, GitState.Outside], Look("a.env", "b.env"));
        Assert.Empty(Calls());
    }

    [Fact]
    public async Task Without_git_nobody_knows()
    {
        await RepositoryAsync("a.env");
        Environment.SetEnvironmentVariable("PATH", _place.Create("empty"));
        Assert.Equal([GitState.Unknown, GitState.Unknown], Look("a.env", "b.env"));
    }

    [Theory]
    [InlineData(1, "ls-files 1", "rev-parse")]
    [InlineData(2, "ls-files 2", "ls-files 1", "rev-parse")]
    [InlineData(3, "ls-files 3", "ls-files 1", "rev-parse")]
    public async Task Where_git_fails_it_is_asked_for_one_file_and_no_more(int files, params string[] calls)
    {
        await RepositoryAsync("a.env");
        _place.Write("repo/.git/index", "spoiled");
        Assert.All(Look([.. Enumerable.Range(0, files).Select(i => $"{i}.env")]), state => Assert.Equal(GitState.Failed, state));
        Assert.Equal(calls, Calls().Select(Short));
    }

    [Fact]
    public async Task A_file_of_which_git_cannot_say_spoils_no_other()
    {
        // A submodule that is not there: git does not say what it ignores in it.
        await RepositoryAsync("a.env");
        await GitAsync("update-index", "--add", "--cacheinfo", $"160000,{new string('1', 40)},sub");
        Assert.Equal([GitState.Tracked, GitState.Failed, GitState.NotIgnored], Look("a.env", "sub/c.env", "b.env"));
    }

    /// <summary>The limit is 24 KiB; each file counts the bytes of its path and 20 more.</summary>
    [Theory]
    [InlineData(8, 3052, 3052, "ls-files 8", "check-ignore")]
    [InlineData(8, 3052, 3053, "ls-files 7", "check-ignore", "ls-files 1", "check-ignore")]
    [InlineData(17, 3052, 3052, "ls-files 8", "check-ignore", "ls-files 8", "check-ignore", "ls-files 1", "check-ignore")]
    public async Task Paths_too_long_for_one_command_line_are_asked_for_in_pieces(int files, int length, int last, params string[] calls)
    {
        await RepositoryAsync("a.env");
        string[] paths = [.. Enumerable.Range(0, files).Select(i => PathOf(i, i == files - 1 ? last : length))];
        Assert.All(GitGuard.Look(paths), state => Assert.Equal(GitState.NotIgnored, state));
        Assert.Equal(calls, Calls().Select(Short));
        Assert.Equal(
            paths.Select(path => "arg :(literal)" + Path.GetRelativePath(_root, path)),
            Calls().SelectMany(call => call).Where(line => line.StartsWith("arg :", StringComparison.Ordinal)));
    }

    private static string[] Arguments(params string[] own) => [.. Kept.Concat(own).Select(argument => "arg " + argument)];

    private static string Short(string[] call) =>
        call.Contains("arg ls-files") ? $"ls-files {call.Count(line => line.StartsWith("arg :", StringComparison.Ordinal))}"
        : call[Kept.Length]["arg ".Length..];

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetVariable(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int UnsetVariable(string name);

    /// <summary>A path of so many bytes; its directories are not there.</summary>
    private string PathOf(int index, int length)
    {
        string path = Path.Combine(_root, $"{index:00}");
        while (length - path.Length > 201)
        {
            path += "/" + new string('d', 100);
        }

        path += "/" + new string('f', length - path.Length - 1);
        Assert.Equal(length, path.Length);
        return path;
    }

    private GitState[] Look(params string[] names) => GitGuard.Look([.. names.Select(name => Path.Combine(_root, name))]);

    private string[][] Calls() => !File.Exists(_log) ? []
        : [.. File.ReadAllText(_log).Split("call\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(call => call.Split('\n', StringSplitOptions.RemoveEmptyEntries))];

    private async Task RepositoryAsync(string tracked)
    {
        _place.Write("repo/" + tracked, "A=1\n");
        await GitAsync("init", "-q");
        await GitAsync("add", tracked);
        File.Delete(_log);
    }

    private async Task GitAsync(params string[] arguments)
    {
        Assert.Equal(0, (await new Command(_place.Path).RunAsync(_root, "git", arguments)).ExitCode);
        File.Delete(_log);
    }
}
