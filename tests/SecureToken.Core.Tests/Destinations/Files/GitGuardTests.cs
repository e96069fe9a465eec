using SecureToken.Core.Destinations.Building;
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
        Assert.Equal(Core.Destinations.Files.GitState.Failed, finding.Git);
    }

    [Fact]
    public async Task A_whole_index_tells_that_the_file_is_tracked()
    {
        await RepositoryAsync();
        Assert.Equal("SECTOK511", Look().Refusal?.Code);
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

    private PreflightFinding Look() =>
        Preflight.Look([new DestinationBuilder(name => name == "SECTOKEN_STATE_DIR" ? "/nowhere/state" : null, _place.Path).Dotenv("a.env").Value])[0];

    private async Task RepositoryAsync()
    {
        string file = _place.Write("a.env", "A=1\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        foreach (string[] arguments in (string[][])[["init", "-q"], ["add", "a.env"]])
        {
            Assert.Equal(0, (await new Command(_place.Path).RunAsync(_place.Path, "git", arguments)).ExitCode);
        }
    }
}
