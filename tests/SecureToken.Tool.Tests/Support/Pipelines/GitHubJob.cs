using System.Text.RegularExpressions;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace SecureToken.Tool.Tests.Support.Pipelines;

/// <summary>The sample for GitHub Actions with the composite action, as a runner runs them.</summary>
internal sealed partial class GitHubJob : PipelineJob
{
    private const string Action = "./.github/actions/inject";

    private readonly string _environmentFile;
    private readonly string _pathFile;

    public GitHubJob(ToolFixture tool)
        : base(tool, "GITHUB_ACTIONS")
    {
        _environmentFile = tool.Write("github_env", string.Empty);
        _pathFile = tool.Write("github_path", string.Empty);
        tool.Set("RUNNER_TEMP", Tools).Set("GITHUB_ENV", _environmentFile).Set("GITHUB_PATH", _pathFile);
    }

    public override async Task RunAsync(IReadOnlyDictionary<string, string> changes)
    {
        YamlNode workflow = Yaml.Documents("samples", "Pipelines", "github-actions.yml")[0];
        foreach (YamlNode step in workflow.At("jobs", "deploy", "steps").Items())
        {
            string? action = step.Text("uses");
            if (action == Action)
            {
                await InjectAsync(step.Texts("with").Concat(changes).GroupBy(input => input.Key, StringComparer.Ordinal)
                    .ToDictionary(group => group.Key, group => Evaluate(group.Last().Value, name => name == "secrets.IBMCLOUD_API_KEY" ? Tool.Emulator.ApiKey : null), StringComparer.Ordinal));
            }
            else if (action is null)
            {
                await RunStepAsync(step, _ => null);
            }
        }
    }

    private async Task InjectAsync(Dictionary<string, string> given)
    {
        YamlNode action = Yaml.Documents(".github", "actions", "inject", "action.yml")[0];
        var inputs = action["inputs"].Members().ToDictionary(input => input.Name, input => given.GetValueOrDefault(input.Name) ?? input.Value.Text("default")!, StringComparer.Ordinal);
        Assert.Empty(given.Keys.Except(inputs.Keys));
        var outputs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (YamlNode step in action.At("runs", "steps").Items())
        {
            if (step.Text("if") is { } condition)
            {
                Match compared = Condition().Match(condition);
                Assert.True(compared.Success, condition);
                if (outputs[compared.Groups["name"].Value] == compared.Groups["value"].Value)
                {
                    continue;
                }
            }

            if (step.Text("uses") is { } uses)
            {
                Assert.StartsWith("actions/cache@", uses, StringComparison.Ordinal);
                string path = Evaluate(step["with"].Text("path")!, Lookup);
                Assert.Contains(inputs["version"], Evaluate(step["with"].Text("key")!, Lookup), StringComparison.Ordinal);
                outputs[$"steps.{step.Text("id")}.outputs.cache-hit"] = Directory.Exists(path) ? "true" : string.Empty;
            }
            else
            {
                Assert.Equal("bash", step.Text("shell"));
                await RunStepAsync(step, Lookup);
            }
        }

        string? Lookup(string name) => name switch
        {
            "runner.temp" => Tools,
            "runner.os" => "Linux",
            "runner.arch" => "X64",
            _ => name.StartsWith("inputs.", StringComparison.Ordinal) ? inputs[name["inputs.".Length..]] : null,
        };
    }

    private async Task RunStepAsync(YamlNode step, Func<string, string?> lookup)
    {
        var environment = step.Texts("env").ToDictionary(variable => variable.Key, variable => Evaluate(variable.Value, lookup), StringComparer.Ordinal);
        await StepAsync(Evaluate(step.Text("working-directory") ?? ".", lookup), environment, "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.Text("run")!);
        foreach (Match variable in Heredoc().Matches(await File.ReadAllTextAsync(_environmentFile)))
        {
            Keep(variable.Groups["name"].Value, variable.Groups["value"].Value);
        }

        foreach (string path in await File.ReadAllLinesAsync(_pathFile))
        {
            Prepend(path);
        }
    }

    private static string Evaluate(string text, Func<string, string?> lookup) => Interpolate(text, Expression(), lookup);

    [GeneratedRegex(@"\$\{\{ (?<name>\S+) \}\}")]
    private static partial Regex Expression();

    [GeneratedRegex("^(?<name>\\S+) != '(?<value>.*)'$")]
    private static partial Regex Condition();

    [GeneratedRegex("(?m)^(?<name>[A-Z_]+)<<(?<end>\\S+)\\n(?<value>.*)\\n\\k<end>$")]
    private static partial Regex Heredoc();
}
