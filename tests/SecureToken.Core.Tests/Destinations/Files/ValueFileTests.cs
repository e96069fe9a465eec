using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Secrets;
using SecureToken.Core.Tests.Destinations.Jobs;
using Xunit;

namespace SecureToken.Core.Tests.Destinations.Files;

/// <summary>Files that hold the value alone: the hand-over of GitLab CI and of Tekton.</summary>
public sealed class ValueFileTests : IDisposable
{
    private readonly Job _job = new Job().Set("GITLAB_CI", "true");

    public void Dispose() => _job.Dispose();

    public static TheoryData<string> Kinds => ["gitlab", "tekton"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_file_holds_the_value_and_nothing_else_for_its_owner_alone(string kind)
    {
        Destination destination = Make(kind, "token", "Bearer {token}");
        Assert.Null(destination.Check());
        Assert.True(Job.Inject(destination).Value);
        Assert.Equal("Bearer " + CurrentToken.Value, await File.ReadAllTextAsync(_job.At("token"), TestContext.Current.CancellationToken));
        Assert.Equal("600", await Tests.Files.Command.Stat("%a", _job.At("token")));
        Assert.Equal("0600", destination.Explain().Mode);
        Assert.Equal(kind, destination.Kind);

        Assert.False(Job.Inject(destination).Value);
        using Token? read = destination.ReadToken().Value;
        Assert.True(read!.Matches(System.Text.Encoding.ASCII.GetBytes(CurrentToken.Value)));

        Assert.True(Job.Inject(destination, "another-token-of-the-team").Value);
        Assert.True(destination.Remove(CancellationToken.None).Value);
        Assert.False(destination.Remove(CancellationToken.None).Value);
        Assert.False(File.Exists(_job.At("token")));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("old-token-of-the-team\n", true)]
    [InlineData("FROM alpine\nRUN true\n", false)]
    [InlineData("{}", false)]
    public void A_file_that_holds_something_else_is_not_overwritten_and_not_removed(string content, bool isOurs)
    {
        foreach (string kind in (string[])["gitlab", "tekton"])
        {
            _job.Write("file", content);
            Destination destination = Make(kind, "file");
            Assert.Equal(isOurs ? null : "SECTOK510", destination.Check()?.Code);
            Assert.Equal(isOurs ? null : "SECTOK510", Job.Inject(destination).Failure?.Code);
            Assert.Equal(isOurs ? CurrentToken.Value : content, File.ReadAllText(_job.At("file")));
            Assert.Equal(isOurs ? null : "SECTOK510", destination.Remove(CancellationToken.None).Failure?.Code);
            Assert.Equal(!isOurs, File.Exists(_job.At("file")));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_whose_lock_cannot_be_had_stays(string kind)
    {
        Destination destination = Make(kind, "token");
        Assert.True(Job.Inject(destination).Value);
        Failure failure = destination.Remove(new CancellationToken(canceled: true)).Failure!;
        Assert.Equal("SECTOK316", failure.Code);
        Assert.True(File.Exists(_job.At("token")));
    }

    [Fact]
    public void A_dotenv_report_is_refused_because_it_can_be_downloaded()
    {
        Failure failure = _job.Builder().GitLab("build.env", "dotenv").Failure!;
        Assert.Equal("SECTOK613", failure.Code);
        Assert.Contains("download", failure.Message, StringComparison.Ordinal);
        Assert.Null(_job.Builder().GitLab("build.env", "none").Failure);
        Assert.Equal("SECTOK108", _job.Builder().GitLab("build.env", "junit").Failure?.Code);
    }

    [Fact]
    public void Outside_a_job_of_GitLab_the_missing_variable_is_named()
    {
        using var elsewhere = new Job();
        Failure failure = elsewhere.Builder().GitLab("token").Value.Check()!;
        Assert.Equal("SECTOK611", failure.Code);
        Assert.Contains("GITLAB_CI", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/tekton/results/token")]
    [InlineData("/tekton/results/deeper/token")]
    [InlineData("/tekton/./steps/../results/token")]
    [InlineData("/tekton/steps/step-build/results/token")]
    [InlineData("$(results.token.path)")]
    [InlineData("$(step.results.token.path)")]
    public void A_result_of_Tekton_is_refused_because_it_stands_in_the_TaskRun(string path)
    {
        Failure failure = _job.Builder().Tekton(path).Failure!;
        Assert.Equal("SECTOK614", failure.Code);
        Assert.Contains("TaskRun", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/tekton/resultsx/token")]
    [InlineData("/workspace/tekton/results/token")]
    public void A_path_that_only_looks_like_a_result_is_none(string path) => Assert.Null(_job.Builder().Tekton(path).Failure);

    [Fact]
    public void A_workspace_that_is_not_there_is_told_and_not_made()
    {
        Assert.Equal("SECTOK615", _job.Builder().Tekton("no-workspace/token").Value.Check()?.Code);
        Assert.False(Directory.Exists(_job.At("no-workspace")));
    }

    [Fact]
    public void Neither_outlives_its_job() => Assert.All(Kinds, kind => Assert.False(Make(kind.Data, "token").IsPersistent));

    private Destination Make(string kind, string path, string template = "{token}") =>
        kind == "gitlab" ? _job.Builder(template).GitLab(path).Value : _job.Builder(template).Tekton(path).Value;
}
