using System.Text.RegularExpressions;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace SecureToken.Tool.Tests.Support.Pipelines;

/// <summary>The sample for Azure Pipelines with its template, as an agent runs them.</summary>
internal sealed partial class AzureJob : PipelineJob
{
    private readonly Dictionary<string, string> _macros = new(StringComparer.Ordinal);

    public AzureJob(ToolFixture tool)
        : base(tool, "TF_BUILD")
    {
        tool.Set("AGENT_TEMPDIRECTORY", Tools);
        _macros["IBMCLOUD_API_KEY"] = tool.Emulator.ApiKey;
        _macros["Agent.TempDirectory"] = Tools;
        _macros["Agent.OS"] = "Linux";
        _macros["Agent.OSArchitecture"] = "X64";
        _macros["Build.SourcesDirectory"] = tool.Work;
    }

    public override async Task RunAsync(IReadOnlyDictionary<string, string> changes)
    {
        foreach (YamlNode step in Yaml.Documents("samples", "Pipelines", "azure-pipelines.yml")[0]["steps"].Items())
        {
            if (step.Text("template") is { } template)
            {
                await InjectAsync(Yaml.Documents("samples", "Pipelines", template)[0], step.Texts("parameters").Concat(changes));
            }
            else if (step.Text("bash") is not null)
            {
                await RunStepAsync(step, name => null);
            }
        }
    }

    private async Task InjectAsync(YamlNode template, IEnumerable<KeyValuePair<string, string>> given)
    {
        var parameters = template["parameters"].Items().ToDictionary(parameter => parameter.Text("name")!, parameter => parameter.Text("default")!, StringComparer.Ordinal);
        foreach ((string name, string value) in given)
        {
            Assert.True(parameters.ContainsKey(name), name);
            parameters[name] = value;
        }

        foreach (YamlNode step in template["steps"].Items())
        {
            if (step.Text("condition") is { } condition)
            {
                Match compared = Condition().Match(condition);
                Assert.True(compared.Success, condition);
                if (_macros.GetValueOrDefault(compared.Groups["name"].Value) == compared.Groups["value"].Value)
                {
                    continue;
                }
            }

            if (step.Text("task") is { } task)
            {
                Assert.Equal("Cache@2", task);
                Assert.Contains(parameters["version"], Compile(step["inputs"].Text("key")!), StringComparison.Ordinal);
                string path = Expand(Compile(step["inputs"].Text("path")!));
                _macros[step["inputs"].Text("cacheHitVar")!] = Directory.Exists(path) ? "true" : "false";
            }
            else
            {
                await RunStepAsync(step, Lookup);
            }
        }

        string? Lookup(string name) => parameters.GetValueOrDefault(name);

        string Compile(string text) => Interpolate(text, Expression(), Lookup);
    }

    private async Task RunStepAsync(YamlNode step, Func<string, string?> lookup)
    {
        var environment = step.Texts("env").ToDictionary(
            variable => variable.Key, variable => Expand(Interpolate(variable.Value, Expression(), lookup)), StringComparer.Ordinal);
        string directory = Expand(Interpolate(step.Text("workingDirectory") ?? ".", Expression(), lookup));
        string script = Tool.Write("temporary-step.sh", Expand(step.Text("bash")!));
        string output = await StepAsync(directory, environment, "bash", "--noprofile", "--norc", script);
        foreach (Match variable in SetVariable().Matches(output))
        {
            _macros[variable.Groups["name"].Value] = variable.Groups["value"].Value;
        }

        foreach (Match path in PrependPath().Matches(output))
        {
            Prepend(path.Groups["path"].Value);
        }
    }

    /// <summary>A macro whose variable is unknown stays as it is.</summary>
    private string Expand(string text) => Interpolate(text, Macro(), name => _macros.GetValueOrDefault(name) ?? $"$({name})");

    [GeneratedRegex(@"\$\{\{ parameters\.(?<name>\w+) \}\}")]
    private static partial Regex Expression();

    [GeneratedRegex(@"\$\((?<name>[A-Za-z_.]+)\)")]
    private static partial Regex Macro();

    [GeneratedRegex(@"^and\(succeeded\(\), ne\(variables\.(?<name>\w+), '(?<value>.*)'\)\)$")]
    private static partial Regex Condition();

    [GeneratedRegex(@"(?m)^##vso\[task\.setvariable variable=(?<name>\w+);issecret=true[^\]]*\](?<value>\S+)$")]
    private static partial Regex SetVariable();

    [GeneratedRegex(@"(?m)^##vso\[task\.prependpath\](?<path>.+)$")]
    private static partial Regex PrependPath();
}
