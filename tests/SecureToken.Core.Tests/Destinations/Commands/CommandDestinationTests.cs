using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Commands;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Settings;
using SecureToken.Core.Tests.Processes;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Destinations.Commands;

/// <summary>A program that takes the token: where the token is, and where it is not.</summary>
[Trait("System", "Unix")]
public sealed class CommandDestinationTests : IDisposable
{
    private readonly Programs _programs = new();

    public void Dispose() => _programs.Dispose();

    [Fact]
    public void The_token_stands_on_standard_input_and_nowhere_else()
    {
        Recorder recorder = Recorder.Add(_programs, "store");
        Destination destination = Make("store", "set", "NAME").Value;
        Assert.Null(destination.Check());
        Assert.True(Inject(destination).Value);
        Recording call = Assert.Single(recorder.Calls);
        Assert.Equal(["set", "NAME"], call.Arguments);
        Assert.Equal(CurrentToken.Value, call.Input);
        call.AssertTokenOnlyOnInput();
    }

    [Fact]
    public void A_template_puts_text_around_it()
    {
        Recorder recorder = Recorder.Add(_programs, "store");
        Assert.True(Inject(CommandDestination.Of(Settings("store") with { Template = ValueTemplate.Parse("Bearer {token}").Value }).Value).Value);
        Assert.Equal("Bearer " + CurrentToken.Value, recorder.Calls[0].Input);
    }

    [Fact]
    public void A_named_variable_holds_it_instead_of_standard_input()
    {
        Recorder recorder = Recorder.Add(_programs, "store");
        Destination destination = CommandDestination.Of(Settings("store") with { EnvironmentName = "STORE_VALUE" }).Value;
        Assert.Equal("STORE_VALUE", destination.Slot);
        Assert.True(Inject(destination).Value);
        Assert.Empty(recorder.Calls[0].Input);
        Assert.Equal(["STORE_VALUE=" + CurrentToken.Value], recorder.Calls[0].Environment.Where(line => line.Contains(CurrentToken.Value, StringComparison.Ordinal)));
        Assert.Contains("STORE_VALUE", destination.Explain().Logs, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_program_says_is_told_without_the_token_and_so_is_its_failure()
    {
        _programs.Add("store", "t=$(cat); echo \"stored $t\"; echo \"denied $t\" >&2; exit 3");
        Destination destination = Make("store").Value;
        Failure failure = Inject(destination).Failure!;
        Assert.Equal("SECTOK603", failure.Code);
        Assert.Contains("denied ***", failure.Message, StringComparison.Ordinal);
        Assert.Contains("store: stored ***", _programs.Said);
        Assert.Empty(new Canary("token", CurrentToken.Value).FindIn(failure + string.Join('\n', _programs.Said), "what was told"));
    }

    [Theory]
    [InlineData("SECTOK101")]
    [InlineData("SECTOK101", " ")]
    [InlineData("SECTOK108", "store", "a\nb")]
    [InlineData("SECTOK108", "store", "a\0b")]
    [InlineData("SECTOK606", "store", "--value={token}")]
    [InlineData("SECTOK606", "sh", "-c", "echo {token}")]
    public void A_command_line_that_cannot_be_used_is_told(string code, params string[] line) => Assert.Equal(code, Make(line).Failure?.Code);

    [Theory]
    [InlineData(0)]
    [InlineData(3601)]
    public void A_time_limit_that_cannot_be_used_is_told(int seconds) =>
        Assert.Equal("SECTOK108", CommandDestination.Of(Settings("store") with { TimeoutSeconds = seconds }).Failure?.Code);

    [Fact]
    public void A_name_that_no_variable_has_is_told() =>
        Assert.Equal("SECTOK112", CommandDestination.Of(Settings("store") with { EnvironmentName = "A=B" }).Failure?.Code);

    [Fact]
    public void A_program_that_is_not_there_is_told_before_anything_is_requested()
    {
        Assert.Equal("SECTOK601", Make("no-such-store").Value.Check()?.Code);
        Recorder recorder = Recorder.Add(_programs, "store");
        Assert.Null(Make("store").Value.Check());
        Assert.Empty(recorder.Calls);
    }

    [Fact]
    public void The_token_itself_in_an_argument_starts_nothing()
    {
        Recorder recorder = Recorder.Add(_programs, "store");
        Failure failure = Inject(Make("store", "--header=Bearer " + CurrentToken.Value).Value).Failure!;
        Assert.Equal("SECTOK606", failure.Code);
        Assert.DoesNotContain(CurrentToken.Value, failure.ToString(), StringComparison.Ordinal);
        Assert.Empty(recorder.Calls);
    }

    [Fact]
    public void A_slow_program_is_stopped_at_its_limit()
    {
        _programs.Add("store", "cat >/dev/null; exec sleep 1000");
        Failure failure = Inject(CommandDestination.Of(Settings("store") with { TimeoutSeconds = 1 }).Value).Failure!;
        Assert.Equal("SECTOK604", failure.Code);
        Assert.Contains("1 s", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_mark_of_the_token_can_stand_in_an_argument()
    {
        Recorder recorder = Recorder.Add(_programs, "store");
        Destination destination = Make("store", "name-{fingerprint}").Value;
        Assert.True(Inject(destination).Value);
        Assert.Equal(["name-" + CurrentToken.Fingerprint], recorder.Calls[0].Arguments);
        Assert.Equal($"store name-{{fingerprint}} in {_programs.Work}", destination.Location);
    }

    [Fact]
    public void With_other_text_around_the_token_the_mark_is_another_one()
    {
        Recorder recorder = Recorder.Add(_programs, "store");
        foreach (string text in (string[])["{token}", "Bearer {token}", "Basic {token}"])
        {
            Assert.True(Inject(CommandDestination.Of(Settings("store", "{fingerprint}") with { Template = ValueTemplate.Parse(text).Value }).Value).Value);
        }

        Assert.Equal(3, recorder.Calls.Select(call => call.Arguments[0]).Distinct().Count());
        Assert.Equal(CurrentToken.Fingerprint, recorder.Calls[0].Arguments[0]);
    }

    [Fact]
    public void It_cannot_be_read_back_and_not_be_taken_back()
    {
        Destination destination = Make("store", "a b").Value;
        Assert.False(destination.IsReadable);
        Assert.True(destination.IsPersistent);
        Assert.Null(destination.ReadToken().Value);
        Assert.Equal("SECTOK607", destination.Remove(CancellationToken.None).Failure?.Code);
        Assert.Equal($"store 'a b' in {_programs.Work}", destination.Location);
        Assert.Equal("stdin", destination.Slot);
        Assert.Equal("command", destination.Kind);
    }

    private Result<Destination> Make(params string[] line) => CommandDestination.Of(Settings(line));

    private CommandSettings Settings(params string[] line) =>
        new() { Run = line, BaseDirectory = _programs.Work, Variables = _programs.Variable, Say = _programs.Said.Add };

    private static Result<bool> Inject(Destination destination)
    {
        using FetchedToken currentToken = CurrentToken.Create();
        return destination.Inject(currentToken, TestContext.Current.CancellationToken);
    }
}
