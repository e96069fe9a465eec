using SecureToken.Core.Diagnostics;
using SecureToken.Core.Processes;
using Xunit;

namespace SecureToken.Core.Tests.Processes;

[Trait("System", "Unix")]
public sealed class ProgramSearchTests : IDisposable
{
    private readonly Programs _programs = new();

    public void Dispose() => _programs.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData(":/nowhere:")]
    [InlineData("./:../work")]
    public void A_program_in_the_current_directory_is_not_found_by_its_name(string path)
    {
        _programs.Add("deploy", "true", _programs.Work);
        Assert.Equal("SECTOK601", Find("deploy", path).Failure?.Code);
    }

    [Fact]
    public void A_path_is_taken_as_it_is_and_starts_from_the_given_directory()
    {
        string program = _programs.Add("deploy", "true", _programs.Work);
        Assert.Equal(program, Find("./deploy", "/usr/bin").Value);
        Assert.Equal(program, Find(program, "/usr/bin").Value);
        Assert.Equal(program, Find("../work/deploy", string.Empty).Value);
        Assert.Equal("SECTOK601", Find("./deploi", "/usr/bin").Failure?.Code);
    }

    [Fact]
    public void The_first_directory_of_PATH_that_has_it_wins_and_one_that_may_not_be_executed_is_passed_over()
    {
        string loose = _programs.At("plain");
        File.WriteAllText(loose, "not executable");
        string program = _programs.Add("plain", "true");
        Assert.Equal(program, Find("plain", $"{_programs.Work}:{_programs.Bin}").Value);
        Failure failure = Find("plain", _programs.Work).Failure!;
        Assert.Equal("SECTOK602", failure.Code);
        Assert.Contains(loose, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_is_no_program()
    {
        Directory.CreateDirectory(Path.Combine(_programs.Bin, "tool"));
        Assert.Equal("SECTOK601", Find("tool", _programs.Bin).Failure?.Code);
        Assert.Equal("SECTOK601", Find(string.Empty, _programs.Bin).Failure?.Code);
    }

    private Result<string> Find(string program, string path) => ProgramSearch.Find(program, name => name == "PATH" ? path : null, _programs.Work);
}
