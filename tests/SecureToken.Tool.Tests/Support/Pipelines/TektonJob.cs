using YamlDotNet.RepresentationModel;

namespace SecureToken.Tool.Tests.Support.Pipelines;

/// <summary>The task for Tekton, each step of which is a container: they share the workspaces, here directories of the test.</summary>
internal sealed class TektonJob(ToolFixture tool) : PipelineJob(tool, "TEKTON")
{
    public override async Task RunAsync(IReadOnlyDictionary<string, string> changes)
    {
        Directory.CreateDirectory(Secrets);
        foreach (YamlNode step in Yaml.Documents("samples", "Pipelines", "tekton-task.yaml")[0].At("spec", "steps").Items())
        {
            Dictionary<string, string> environment = new(StringComparer.Ordinal);
            foreach (YamlNode variable in step["env"].Items())
            {
                environment[variable.Text("name")!] = variable.Text("value") ?? Tool.Emulator.ApiKey;
            }

            const string Settings = "samples/Pipelines/tekton.sectoken.json";
            Tool.Write(Settings, Here(await File.ReadAllTextAsync(Tool.At(Settings))));
            await StepAsync(Here(step.Text("workingDir")!), environment, "bash", "-c", Here(step.Text("script")!));
        }
    }

    // Below /workspace/ a settings file may name any path, and elsewhere only one in its own repository.
    private string Secrets => Tool.At("samples/Pipelines/workspace");

    private string Here(string text) => text
        .Replace("/workspace/secrets", Secrets, StringComparison.Ordinal).Replace("/workspace/source", Tool.Work, StringComparison.Ordinal);
}
