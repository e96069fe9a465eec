using System.Text.RegularExpressions;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace SecureToken.Tool.Tests.Support.Pipelines;

/// <summary>The sample for GitLab CI with its include, as a runner runs them: every line in one shell.</summary>
internal sealed partial class GitLabJob : PipelineJob
{
    private readonly Dictionary<string, string> _project = new(StringComparer.Ordinal);

    public GitLabJob(ToolFixture tool)
        : base(tool, "GITLAB_CI")
    {
        _project["CI_PROJECT_DIR"] = tool.Work;
        _project["IBMCLOUD_API_KEY"] = tool.Emulator.ApiKey;
    }

    /// <summary>A variable of the project: null takes it away.</summary>
    public void SetProject(string name, string? value) => _project[name] = value ?? string.Empty;

    public override async Task RunAsync(IReadOnlyDictionary<string, string> changes)
    {
        YamlNode pipeline = Yaml.Documents("samples", "Pipelines", "gitlab-ci.yml")[0];
        YamlNode include = Assert.Single(pipeline["include"].Items());
        IReadOnlyList<YamlMappingNode> template = Yaml.Documents(include.Text("local")!.Split('/'));
        var inputs = template[0].At("spec", "inputs").Members().ToDictionary(input => input.Name, input => input.Value.Text("default")!, StringComparer.Ordinal);
        foreach ((string name, string value) in include.Texts("inputs").Concat(changes))
        {
            Assert.True(inputs.ContainsKey(name), name);
            inputs[name] = value;
        }

        YamlNode job = pipeline["deploy"];
        YamlNode extended = template[1][job.Text("extends")!];
        var environment = extended.Texts("variables").Concat(job.Texts("variables")).ToDictionary(
            variable => variable.Key, variable => Expand(Interpolate(variable.Value, Expression(), inputs.GetValueOrDefault)), StringComparer.Ordinal);
        foreach ((string name, string value) in _project)
        {
            environment[name] = value;
        }

        string script = string.Join('\n', extended["before_script"].Items().Concat(job["script"].Items()).Select(line => ((YamlScalarNode)line).Value));
        await StepAsync(".", environment, "sh", "-e", "-c", script);
    }

    private string Expand(string text) => Interpolate(text, Variable(), name => _project.GetValueOrDefault(name) ?? string.Empty);

    [GeneratedRegex(@"\$\[\[ inputs\.(?<name>\w+) \]\]")]
    private static partial Regex Expression();

    [GeneratedRegex(@"\$(?<name>[A-Z_]+)")]
    private static partial Regex Variable();
}
