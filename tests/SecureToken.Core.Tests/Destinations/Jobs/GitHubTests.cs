using System.Text;
using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using Xunit;

namespace SecureToken.Core.Tests.Destinations.Jobs;

/// <summary>A variable of GitHub Actions: masked first, then in the runner's file, which stays the runner's.</summary>
public sealed class GitHubTests : IDisposable
{
    private readonly Job _job = new();
    private readonly string _file;

    public GitHubTests()
    {
        _file = _job.Write("set_env_1", string.Empty);
        _job.Set("GITHUB_ENV", _file);
    }

    public void Dispose() => _job.Dispose();

    [Theory]
    [InlineData("{token}", CurrentToken.Value)]
    [InlineData("Bearer {token}", "Bearer " + CurrentToken.Value)]
    public void The_file_reads_as_the_documentation_says_and_the_masks_came_before(string template, string value)
    {
        _job.BeforeOutput = () => Assert.Empty(File.ReadAllText(_file));
        Destination destination = _job.Builder(template).GitHub("SYSDIG_SECURE_API_TOKEN").Value;
        Assert.Null(destination.Check());
        Assert.True(Job.Inject(destination).Value);

        Assert.Equal([("SYSDIG_SECURE_API_TOKEN", value)], GitHubFile.Parse(File.ReadAllText(_file)));
        string[] masks = [value, Convert.ToBase64String(Encoding.ASCII.GetBytes(value)), .. value == CurrentToken.Value ? (string[])[] : [CurrentToken.Value]];
        Assert.Equal(masks.Select(mask => "::add-mask::" + mask), _job.Output);
    }

    [Fact]
    public void An_output_goes_to_the_file_of_outputs()
    {
        string outputs = _job.Write("set_output_1", "other=1\n");
        _job.Set("GITHUB_OUTPUT", outputs);
        Destination destination = _job.Builder().GitHub("api-token", "output").Value;
        Assert.Equal(outputs, destination.Location);
        Assert.True(Job.Inject(destination).Value);
        Assert.Equal([("other", "1"), ("api-token", CurrentToken.Value)], GitHubFile.Parse(File.ReadAllText(outputs)));
        Assert.Empty(File.ReadAllText(_file));
    }

    [Theory]
    [InlineData("A=1\n")]
    [InlineData("A=1")]
    [InlineData("A<<x\nb\nx")]
    public void What_others_wrote_stays_even_a_last_line_without_an_end(string before)
    {
        File.WriteAllText(_file, before);
        Assert.True(Job.Inject(_job.Builder().GitHub("T").Value).Value);
        string after = File.ReadAllText(_file);
        Assert.StartsWith(before, after, StringComparison.Ordinal);
        IReadOnlyList<(string Name, string Value)> variables = GitHubFile.Parse(after);
        Assert.Equal("A", variables[0].Name);
        Assert.Equal(("T", CurrentToken.Value), variables[1]);
    }

    [Trait("System", "Unix")]
    [Fact]
    public async Task The_file_is_the_same_one_with_the_same_mode()
    {
        await Tests.Files.Command.Run("chmod", ["664", _file]);
        string before = await Tests.Files.Command.Stat("%i %a", _file);
        Assert.True(Job.Inject(_job.Builder().GitHub("T").Value).Value);
        Assert.Equal(before, await Tests.Files.Command.Stat("%i %a", _file));
        Assert.Equal([_file], Directory.GetFileSystemEntries(_job.Root));
    }

    [Fact]
    public void Each_time_the_delimiter_is_another()
    {
        Destination destination = _job.Builder().GitHub("T").Value;
        Assert.True(Job.Inject(destination).Value);
        Assert.True(Job.Inject(destination).Value);
        string[] heads = [.. File.ReadAllLines(_file).Where(line => line.StartsWith("T<<", StringComparison.Ordinal))];
        Assert.Equal(2, heads.Distinct().Count());
        Assert.All(heads, head => Assert.True(head.Length >= 35, head));
    }

    [Fact]
    public void Many_writers_at_once_lose_nothing()
    {
        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i =>
            Assert.True(Job.Inject(_job.Builder().GitHub($"T{i}").Value, $"token-of-number-{i}").Value));
        IReadOnlyList<(string Name, string Value)> variables = GitHubFile.Parse(File.ReadAllText(_file));
        Assert.Equal(
            Enumerable.Range(0, 40).Select(i => ($"T{i}", $"token-of-number-{i}")).Order(),
            variables.Order());
    }

    [Fact]
    public void Where_the_masks_cannot_be_written_nothing_is()
    {
        _job.OutputFailure = Failure.Of(DiagnosticDescriptors.FileUnwritable, "Standard output", "broken pipe");
        Assert.Equal("SECTOK505", Job.Inject(_job.Builder().GitHub("T").Value).Failure?.Code);
        Assert.Empty(File.ReadAllText(_file));
        Assert.Equal("SECTOK612", _job.Builder(hasOutput: false).GitHub("T").Value.Check()?.Code);
        Assert.Equal("SECTOK612", Job.Inject(_job.Builder(hasOutput: false).GitHub("T").Value).Failure?.Code);
        Assert.Empty(File.ReadAllText(_file));
    }

    [Fact]
    public void Outside_a_job_the_missing_variable_and_its_system_are_named()
    {
        Failure failure = _job.Builder().GitHub("T", "output").Value.Check()!;
        Assert.Equal("SECTOK611", failure.Code);
        Assert.Contains("GITHUB_OUTPUT", failure.Message, StringComparison.Ordinal);
        Assert.Contains("GitHub Actions", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_the_runners_is_refused()
    {
        string victim = _job.Write("victim", "theirs");
        File.Delete(_file);
        Assert.Equal("SECTOK505", Check());
        File.CreateSymbolicLink(_file, victim);
        Assert.Equal("SECTOK502", Check());
        File.Delete(_file);
        Directory.CreateDirectory(_file);
        Assert.NotNull(Check());
        _job.Set("GITHUB_ENV", "relative");
        Assert.Equal("SECTOK108", Check());
        Assert.Equal("theirs", File.ReadAllText(victim));

        string? Check()
        {
            Destination destination = _job.Builder().GitHub("T").Value;
            Assert.Equal(destination.Check()?.Code, Job.Inject(destination).Failure?.Code);
            Assert.Empty(_job.Output);
            return destination.Check()?.Code;
        }
    }

    [Theory]
    [InlineData("GITHUB_TOKEN", "env", "SECTOK108")]
    [InlineData("runner_x", "env", "SECTOK108")]
    [InlineData("NODE_OPTIONS", "env", "SECTOK108")]
    [InlineData("A-B", "env", "SECTOK112")]
    [InlineData("A<<B", "output", "SECTOK112")]
    [InlineData("A\nB", "output", "SECTOK112")]
    [InlineData("", "output", "SECTOK112")]
    [InlineData("A", "outputs", "SECTOK108")]
    public void A_name_or_target_that_GitHub_does_not_take_is_told(string name, string to, string code) =>
        Assert.Equal(code, _job.Builder().GitHub(name, to).Failure?.Code);

    [Fact]
    public void It_ends_with_its_job()
    {
        Destination destination = _job.Builder().GitHub("T").Value;
        Assert.False(destination.IsReadable);
        Assert.False(destination.IsPersistent);
        Assert.Null(destination.ReadToken().Value);
        Assert.False(destination.Remove(CancellationToken.None).Value);
        Assert.Contains("masks", destination.Explain().Logs, StringComparison.Ordinal);
        Assert.Equal(("github", _file, "T"), (destination.Kind, destination.Location, destination.Slot));
    }
}
