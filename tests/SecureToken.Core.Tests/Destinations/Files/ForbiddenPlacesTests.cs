using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Settings;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Destinations.Files;

/// <summary>Places that are no destinations, however they are spelled.</summary>
public sealed class ForbiddenPlacesTests : IDisposable
{
    private readonly TemporaryDirectory _place = new("places");

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("repo/.git/config")]
    [InlineData("repo/.git/hooks/post-checkout")]
    [InlineData("repo/.GIT/config")]
    [InlineData("repo/.git")]
    [InlineData("repo/link/config")]
    [InlineData("new/.git/config")]
    [InlineData("bare.git/config")]
    [InlineData("bare.git/refs/heads/main")]
    [InlineData("repo-data/worktrees/tree/config.worktree")]
    [InlineData("tree/.git")]
    [InlineData("modules/sub/config")]
    public async Task Git_directories_of_any_form_are_no_destinations(string path)
    {
        await GitAsync("init", "-q", "repo");
        await GitAsync("-C", "repo", "commit", "-q", "--allow-empty", "-m", "one");
        await GitAsync("init", "-q", "--bare", "bare.git");
        Directory.CreateSymbolicLink(_place["repo", "link"], _place["repo", ".git"]);

        // A work tree whose git directory has a name of its own, and the git directory of a submodule outside of ".git".
        await GitAsync("init", "-q", "--separate-git-dir", "repo-data", "main");
        await GitAsync("-C", "main", "commit", "-q", "--allow-empty", "-m", "one");
        await GitAsync("-C", "main", "worktree", "add", "-q", _place["tree"]);
        Directory.CreateDirectory(_place["modules"]);
        await GitAsync("init", "-q", "--separate-git-dir", "modules/sub", "sub");
        AssertRefused("SECTOK520", path);
    }

    [Fact]
    public async Task A_work_tree_below_a_bare_repository_is_a_destination()
    {
        await GitAsync("init", "-q", "--bare", "all");
        await GitAsync("clone", "-q", "all", "all/main");
        Assert.Null(Builder().Dotenv("all/main/.env").Failure);
        AssertRefused("SECTOK520", "all/.env");
    }

    [Trait("System", "Unix")]
    [Theory]
    [InlineData("/proc/self/environ")]
    [InlineData("/sys/kernel/x.env")]
    [InlineData("/dev/null")]
    [InlineData("/dev/mine.env")]
    [InlineData("/dev/fd/0")]
    public void What_the_kernel_makes_is_no_destination(string path) => AssertRefused("SECTOK520", path);

    [Trait("System", "Unix")]
    [Fact]
    public void Memory_that_programs_share_is_a_destination() => Assert.Null(Builder().Dotenv("/dev/shm/app.env").Failure);

    [Theory]
    [InlineData("state/ledger.env")]
    [InlineData("state/locks/x.env")]
    [InlineData("link-to-state/x.env")]
    public void Our_own_state_is_no_destination(string path)
    {
        Directory.CreateDirectory(_place["state"]);
        Directory.CreateSymbolicLink(_place["link-to-state"], _place["state"]);
        AssertRefused("SECTOK520", path);
        Assert.Null(Builder().Dotenv("statement.env").Failure);
    }

    [Trait("System", "Unix")]
    [Theory]
    [InlineData("/proc/self/environ", "/proc")]
    [InlineData("/proc", "/proc")]
    [InlineData("/sys/kernel/x.env", "/sys")]
    [InlineData("/sys", "/sys")]
    [InlineData("/dev/null", "/dev")]
    [InlineData("/dev", "/dev")]
    [InlineData("repo/.git/config", "a git directory")]
    [InlineData("repo/.git", "a git directory")]
    [InlineData("PLACE/state/x.env", "the state directory PLACE/state")]
    [InlineData("PLACE/state", "the state directory PLACE/state")]
    [InlineData("PLACE/bare/x/y.env", "the git directory PLACE/bare")]
    public void The_place_is_told(string path, string place)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have other places.");
        _place.Write("bare/HEAD", "ref: refs/heads/main");
        Directory.CreateDirectory(_place["bare", "objects"]);
        Directory.CreateDirectory(_place["bare", "refs"]);
        Assert.Equal($"{Here(path)} leads into {Here(place)}, which is no place for a token.", Builder().Dotenv(Here(path)).Failure?.Message);

        string Here(string text) => text.Replace("PLACE", _place.Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HEAD", "commondir", null, null, true)]
    [InlineData("HEAD", null, "objects", "refs", true)]
    [InlineData("HEAD", null, null, null, false)]
    [InlineData(null, "commondir", null, null, false)]
    [InlineData(null, null, "objects", "refs", false)]
    [InlineData("HEAD", null, "objects", null, false)]
    [InlineData("HEAD", null, null, "refs", false)]
    public void A_git_directory_has_a_head_and_its_objects_and_references_or_where_they_are(
        string? head, string? common, string? objects, string? references, bool isRefused)
    {
        foreach (string? file in (string?[])[head, common])
        {
            _place.Write("it/" + (file ?? "README"), "x");
        }

        foreach (string? directory in (string?[])[objects, references])
        {
            Directory.CreateDirectory(_place["it", directory ?? "other"]);
        }

        Assert.Equal(isRefused ? "SECTOK520" : null, Builder().Dotenv("it/a.env").Failure?.Code);
    }

    [Fact]
    public void What_is_known_of_a_directory_is_kept()
    {
        var known = new KnownDirectories();
        string directory = _place.Create("app");
        Assert.Null(ForbiddenPlaces.Refusal("a.env", Path.Combine(directory, "a.env"), _ => null, known));
        Assert.Null(Assert.Single(known.Forbidden, pair => pair.Key == directory).Value);
        Assert.Contains(directory, known.GitDirectory.Keys);
        Assert.Contains(_place.Path, known.GitDirectory.Keys);
    }

    [Theory]
    [InlineData("~/q.env")]
    [InlineData("~")]
    public void A_tilde_that_no_shell_has_expanded_is_refused_with_the_remedy(string path)
    {
        AssertRefused("SECTOK521", path);
        Assert.Contains("$HOME", Builder().Dotenv(path).Failure!.NextStep, StringComparison.Ordinal);
        Assert.Null(Builder().Dotenv("./~/q.env").Failure);
        Assert.Null(Builder().Dotenv("~notes.env").Failure);
    }

    [Theory]
    [InlineData("dotenv")]
    [InlineData("tekton")]
    public void A_path_of_the_settings_file_with_a_NUL_is_a_failure_with_its_place(string kind)
    {
        Failure failure = Declared(kind, "a.env\\u0000b");
        Assert.Equal("SECTOK108", failure.Code);
        Assert.Contains("sectoken.json", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_committed_settings_file_cannot_write_into_git() => Assert.Equal("SECTOK520", Declared("dotenv", ".git/config").Code);

    [Fact]
    public void Without_a_home_a_file_is_written_all_the_same()
    {
        Destination file = new DestinationBuilder(name => name == "SECTOKEN_STATE_DIR" ? _place["state"] : null, _place.Path).Dotenv("a.env").Value;
        Assert.True(Jobs.Job.Inject(file).Value);
        Assert.False(Jobs.Job.Inject(file).Value);
    }

    private Failure Declared(string kind, string path)
    {
        Directory.CreateDirectory(_place["clone", ".git"]);
        string text = $$"""{ "tokens": [{ "team": 42, "destinations": [{ "kind": "{{kind}}", "path": "{{path}}" }] }] }""";
        string file = _place.Write("clone/sectoken.json", text);
        SettingsFile settings = SettingsFile.Read(file).Value;
        var declared = new DeclaredDestinations(settings, _ => null, new Dictionary<string, Result<ProjectPlace>>());
        return declared.Make(settings.Tokens[0].Destinations[0]).Failure!;
    }

    private void AssertRefused(string code, string path)
    {
        Assert.Equal(code, Builder().Dotenv(path).Failure?.Code);
        Assert.Equal(code, Builder().Json(path).Failure?.Code);
        Assert.Equal(code, Builder().Kubernetes(path, "s").Failure?.Code);
        Assert.Equal(code, Builder().GitLab(path).Failure?.Code);
    }

    private DestinationBuilder Builder() => new(name => name == "SECTOKEN_STATE_DIR" ? _place["state"] : null, _place.Path);

    private async Task GitAsync(params string[] arguments)
    {
        CommandResult result = await new Command(_place.Path).RunAsync(_place.Path, "git", ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always", .. arguments]);
        Assert.True(result.ExitCode == 0, result.Output);
    }
}
