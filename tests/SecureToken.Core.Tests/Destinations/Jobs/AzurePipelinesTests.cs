using System.Text;
using System.Text.RegularExpressions;
using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using Xunit;

namespace SecureToken.Core.Tests.Destinations.Jobs;

/// <summary>A secret variable of Azure Pipelines, by logging commands.</summary>
public sealed partial class AzurePipelinesTests : IDisposable
{
    private readonly Job _job = new Job().Set("TF_BUILD", "True");

    public void Dispose() => _job.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_value_is_registered_as_a_secret_and_then_set_as_one(bool isOutput)
    {
        Destination destination = _job.Builder("Bearer {token}").AzurePipelines("Sysdig.Token", isOutput).Value;
        Assert.Null(destination.Check());
        Assert.True(Job.Inject(destination).Value);
        const string Value = "Bearer " + CurrentToken.Value;
        LoggingCommand[] commands = [.. _job.Output.Select(LoggingCommand.Parse)];
        Assert.Equal([Value, Convert.ToBase64String(Encoding.ASCII.GetBytes(Value)), CurrentToken.Value, Value], commands.Select(command => command.Message));
        Assert.All(commands[..^1], command => Assert.Equal(("task", "setsecret"), (command.Area, command.Action)));
        LoggingCommand set = commands[^1];
        Assert.Equal(("task", "setvariable"), (set.Area, set.Action));
        Dictionary<string, string> expected = new() { ["variable"] = "Sysdig.Token", ["issecret"] = "true" };
        if (isOutput)
        {
            expected["isoutput"] = "true";
        }

        Assert.Equal(expected, set.Properties);
    }

    [Fact]
    public void Outside_a_job_the_missing_variable_and_its_system_are_named()
    {
        using var elsewhere = new Job();
        Destination destination = elsewhere.Builder().AzurePipelines("T").Value;
        Failure failure = destination.Check()!;
        Assert.Equal("SECTOK611", failure.Code);
        Assert.Contains("TF_BUILD", failure.Message, StringComparison.Ordinal);
        Assert.Equal("SECTOK611", Job.Inject(destination).Failure?.Code);
        Assert.Empty(elsewhere.Output);
        Assert.Equal("SECTOK612", _job.Builder(hasOutput: false).AzurePipelines("T").Value.Check()?.Code);
    }

    [Theory]
    [InlineData("secretToken", "SECTOK108")]
    [InlineData("Path", "SECTOK108")]
    [InlineData("a;issecret=false", "SECTOK112")]
    [InlineData("a]b", "SECTOK112")]
    [InlineData("", "SECTOK112")]
    public void A_name_that_Azure_Pipelines_does_not_take_is_told(string name, string code) => Assert.Equal(code, _job.Builder().AzurePipelines(name).Failure?.Code);

    [Fact]
    public void It_ends_with_its_job()
    {
        Destination destination = _job.Builder().AzurePipelines("T").Value;
        Assert.False(destination.IsReadable);
        Assert.False(destination.IsPersistent);
        Assert.False(destination.Remove(CancellationToken.None).Value);
        Assert.Contains("$(T)", destination.Explain().Readers, StringComparison.Ordinal);
    }

    /// <summary>A logging command as it is documented: <c>##vso[area.action property=value;…]message</c>.</summary>
    private sealed partial record LoggingCommand(string Area, string Action, Dictionary<string, string> Properties, string Message)
    {
        public static LoggingCommand Parse(string line)
        {
            Match match = Form().Match(line);
            Assert.True(match.Success, "No logging command: " + line);
            Dictionary<string, string> properties = match.Groups["properties"].Value
                .Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Trim().Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
            return new LoggingCommand(match.Groups["area"].Value, match.Groups["action"].Value, properties, match.Groups["message"].Value);
        }

        [GeneratedRegex(@"^##vso\[(?<area>\w+)\.(?<action>\w+)(?: (?<properties>[^\]]*))?\](?<message>.*)$")]
        private static partial Regex Form();
    }
}
