using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Interop;
using SecureToken.Core.Operations.Inject;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Destinations.Files;

/// <summary>Where git is there and fails, nobody knows whether the file is tracked.</summary>
public sealed class GitGuardTests : IDisposable
{
    private readonly TemporaryDirectory _place = new("guard");

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("spoiled")]
    [InlineData("")]
    public async Task A_corrupt_index_is_an_error_since_the_file_may_be_tracked(string index)
    {
        await RepositoryAsync();
        _place.Write(".git/index", index.Length > 0 ? index : (await File.ReadAllTextAsync(_place[".git", "index"], TestContext.Current.CancellationToken))[..8]);
        PreflightFinding finding = Look();
        Assert.Equal("SECTOK526", finding.Refusal?.Code);
        Assert.Equal(GitState.Failed, finding.Git);
    }

    [Fact]
    public async Task A_whole_index_tells_that_the_file_is_tracked()
    {
        await RepositoryAsync();
        Assert.Equal("SECTOK511", Look().Refusal?.Code);
    }

    [Theory]
    [InlineData("deploy/Api.env")]
    [InlineData("Deploy/API.ENV")]
    [InlineData("Deploy/Api.env")]
    public async Task Where_letters_make_no_other_file_a_tracked_file_is_tracked_in_any(string spelling)
    {
        await RepositoryAsync("Deploy/Api.env");
        string path = _place[spelling];
        Assert.Equal(GitState.Tracked, GitGuard.Look([path], PathRules.MacOS).Single());

        // Where they do, another file is meant.
        Assert.Equal(
            spelling == "Deploy/Api.env" ? GitState.Tracked : GitState.NotIgnored, GitGuard.Look([path], PathRules.Linux).Single());
    }

    [Theory]
    [InlineData("[a].env", "a.env")]
    [InlineData(":(top)a.env", "a.env")]
    [InlineData("*.env", "a.env")]
    public async Task A_name_like_a_pattern_is_a_name(string name, string other)
    {
        await RepositoryAsync(other);
        _place.Write(".gitignore", "x\n");
        Assert.All([PathRules.Linux, PathRules.MacOS], rules =>
            Assert.Equal(GitState.NotIgnored, GitGuard.Look([_place[name]], rules).Single()));
    }

    [Theory]
    [InlineData("gitdir: /nowhere/at/all\n")]
    [InlineData("nonsense\n")]
    public void Where_git_finds_no_repository_nothing_is_tracked_and_that_is_a_warning(string file)
    {
        // As in a container to which a work tree was copied without the repository that it belongs to.
        _place.Write(".git", file);
        PreflightFinding finding = Look();
        Assert.Null(finding.Refusal);
        Assert.Equal("SECTOK519", Assert.Single(finding.Warnings).Code);
    }

    [Theory]
    [InlineData(GitState.Outside, null, null)]
    [InlineData(GitState.Ignored, null, null)]
    [InlineData(GitState.NotIgnored, null, "SECTOK512")]
    [InlineData(GitState.Unknown, null, "SECTOK519")]
    [InlineData(GitState.Tracked, "SECTOK511", null)]
    [InlineData(GitState.Failed, "SECTOK526", null)]
    internal void Each_state_is_a_refusal_a_warning_or_neither(GitState state, string? refusal, string? warning)
    {
        Assert.Equal(refusal, GitGuard.Refusal("/a.env", state)?.Code);
        Assert.Equal(warning, GitGuard.Warnings("/a.env", state).SingleOrDefault()?.Code);
    }

    private PreflightFinding Look() =>
        Preflight.Look([new DestinationBuilder(name => name == "SECTOKEN_STATE_DIR" ? "/nowhere/state" : null, _place.Path).Dotenv("a.env").Value])[0];

    private async Task RepositoryAsync(string name = "a.env")
    {
        string file = _place.Write(name, "A=1\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        foreach (string[] arguments in (string[][])[["init", "-q"], ["add", name]])
        {
            Assert.Equal(0, (await new Command(_place.Path).RunAsync(_place.Path, "git", arguments)).ExitCode);
        }
    }
}
