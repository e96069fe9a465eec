using Microsoft.Build.Construction;
using Microsoft.Build.Evaluation;
using Microsoft.Build.Execution;
using Microsoft.Build.Framework;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Build.Tests;

/// <summary>
/// The hosts that cannot be run here. The targets are evaluated with what those hosts set: MSBuild's own properties are reserved, so the
/// targets read them through two private ones. MSBuild builds in this process here.
/// </summary>
[Collection("this process")]
public sealed class HostTests : IDisposable
{
    private static readonly string Package = Path.Combine(Repository.Root, "src", "SecureToken.Build");
    private readonly TemporaryDirectory _directory = new("host");
    private readonly ProjectCollection _collection = new();

    [Theory]
    [InlineData("Core", "18.0.2", "true", "10.0.100", "Core")]
    [InlineData("Core", "18.9.11", "true", "10.0.401", "Core")]
    [InlineData("Core", "18.0.2", "", "", "Core")]
    [InlineData("Core", "17.14.0", "true", "9.0.300", "")]
    [InlineData("Core", "17.8.0", "true", "8.0.100", "")]
    [InlineData("Full", "18.0.2", "true", "10.0.100", "NetTaskHost")]
    [InlineData("Full", "18.3.0", "true", "10.0.100-preview.7.25380.108", "NetTaskHost")]
    [InlineData("Full", "18.0.2", "true", "9.0.300", "")]
    [InlineData("Full", "18.0.2", "true", "", "")]
    [InlineData("Full", "18.0.2", "", "", "")]
    [InlineData("Full", "17.14.0", "true", "10.0.100", "")]
    [InlineData("Full", "16.11.2", "true", "5.0.400", "")]
    [InlineData("Mono", "16.10.1", "", "", "")]
    public void Each_host_gets_the_task_that_it_can_run_or_none(string runtime, string version, string isSdk, string sdk, string expected)
    {
        ProjectInstance project = Evaluate(runtime, version, isSdk, sdk);
        Assert.Equal(expected, project.GetPropertyValue("_SecureTokenHost"));
        Assert.Equal(expected switch { "Core" => "in this process", "NetTaskHost" => "Runtime=NET", _ => string.Empty }, project.GetPropertyValue("Tasks"));
    }

    [Theory]
    [InlineData("", "", "warning")]
    [InlineData("", "true", "error")]
    [InlineData("Warn", "true", "warning")]
    [InlineData("Error", "", "error")]
    [InlineData("error", "", "error")]
    public void A_host_that_cannot_run_the_task_says_so_with_a_code_and_a_remedy(string onFailure, string isCI, string expected)
    {
        foreach (string target in new[] { "BeforeBuild", "PrepareForPublish" })
        {
            ProjectInstance project = Evaluate("Full", "17.14.0", "true", "9.0.300", ("SecureTokenOnFailure", onFailure), ("ContinuousIntegrationBuild", isCI), ("CI", "false"));
            var listener = new Listener();
            bool succeeded = project.Build([target], [listener]);
            Assert.Equal(expected == "warning", succeeded);
            (string severity, string code, string text, string link) = Assert.Single(listener.Events);
            Assert.Equal((expected, "SECTOK002"), (severity, code));
            Assert.Contains("MSBuild 17.14.0 (Full)", text, StringComparison.Ordinal);
            Assert.Contains("dotnet sectoken inject", text, StringComparison.Ordinal);
            Assert.EndsWith("docs/diagnostics.md#sectok002", link, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("SecureTokenEnabled", "false")]
    [InlineData("DesignTimeBuild", "true")]
    [InlineData("_IsPacking", "true")]
    public void Where_nothing_is_to_be_done_an_old_host_is_silent(string property, string value)
    {
        var listener = new Listener();
        Assert.True(Evaluate("Full", "17.14.0", "true", "9.0.300", (property, value)).Build(["BeforeBuild"], [listener]));
        Assert.Empty(listener.Events);
    }

    [Fact]
    public void Outside_of_tests_the_host_is_what_MSBuild_says()
    {
        ProjectInstance project = Evaluate(string.Empty, string.Empty, "true", "10.0.100");
        Assert.Equal("Core", project.GetPropertyValue("_SecureTokenRuntimeType"));
        Assert.Equal(project.GetPropertyValue("MSBuildVersion"), project.GetPropertyValue("_SecureTokenMSBuildVersion"));
        Assert.StartsWith("18.", project.GetPropertyValue("_SecureTokenMSBuildVersion"), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _collection.Dispose();
        _directory.Dispose();
    }

    private ProjectInstance Evaluate(string runtime, string version, string isSdk, string sdk, params (string Name, string Value)[] more)
    {
        // Each UsingTask becomes a property under the very condition that the UsingTask has, so that the real conditions are evaluated.
        string targets = Path.Combine(Package, "build", "SecureToken.Build.targets");
        IEnumerable<string> tasks = ProjectRootElement.Open(targets, _collection).UsingTasks.Select(task =>
            $"""<Tasks Condition="{System.Security.SecurityElement.Escape(task.Condition)}">$(Tasks){(task.Runtime.Length == 0 ? "in this process" : "Runtime=" + task.Runtime)}</Tasks>""");
        string path = _directory.Write($"{Guid.NewGuid():N}.proj", Support.Project.Bare(Package, string.Empty).Replace(
            "</Project>", $"<PropertyGroup>{string.Concat(tasks)}</PropertyGroup></Project>", StringComparison.Ordinal));
        Dictionary<string, string> properties = new()
        {
            ["_SecureTokenRuntimeType"] = runtime,
            ["_SecureTokenMSBuildVersion"] = version,
            ["UsingMicrosoftNETSdk"] = isSdk,
            ["NETCoreSdkVersion"] = sdk,
        };
        foreach ((string name, string value) in more.Append(("UserSecretsId", "host")))
        {
            properties[name] = value;
        }

        // An empty global property would still win over the targets' own value.
        foreach (string empty in properties.Keys.Where(name => properties[name].Length == 0).ToArray())
        {
            properties.Remove(empty);
        }

        return new ProjectInstance(path, properties, null, _collection);
    }

    private sealed class Listener : ILogger
    {
        public List<(string Severity, string Code, string Text, string Link)> Events { get; } = [];

        public LoggerVerbosity Verbosity { get; set; } = LoggerVerbosity.Normal;

        public string? Parameters { get; set; }

        public void Initialize(IEventSource eventSource)
        {
            eventSource.WarningRaised += (_, e) => Events.Add(("warning", e.Code, e.Message!, e.HelpLink));
            eventSource.ErrorRaised += (_, e) => Events.Add(("error", e.Code, e.Message!, e.HelpLink));
        }

        public void Shutdown()
        {
        }
    }
}
