using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Text;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Projects;

/// <summary>Shows the two lines that make a build inject the token, and adds them to the project file when somebody says yes.</summary>
internal sealed class ProjectPreparation(ToolConsole console, bool isAgreed, CancellationToken cancellation)
{
    private const string CentralVersions = "Directory.Packages.props";
    private static readonly string[] Imports = ["Directory.Build.props", "Directory.Build.targets", CentralVersions];

    public async Task OfferAsync(string project)
    {
        if (!TextFileEditor.Read(project).Succeeded(out byte[]? content, out Failure? failure))
        {
            console.Warn(failure);
            return;
        }

        string[] imports = [.. FilesAbove(project)];
        bool hasPackage = ProjectText.MentionsPackage(content) || imports.Any(Mentions);
        string? id = await NeedsIdAsync(project, content).ConfigureAwait(false) ? Guid.NewGuid().ToString("D") : null;
        string? version = hasPackage ? null : ToolVersion.Text;
        if (id is null && version is null)
        {
            console.Say($"unchanged {project} (it has a UserSecretsId and SecureToken.Build)");
            return;
        }

        console.Say($"{project} needs:");
        foreach (string line in ((string?[])[id is null ? null : ProjectText.IdLine(id), version is null ? null : ProjectText.ReferenceLine(version)]).OfType<string>())
        {
            console.Say($"  {line}");
        }

        if (version is not null && imports.Any(import => Path.GetFileName(import) == CentralVersions))
        {
            console.Warn(Failure.Of(DiagnosticDescriptors.ProjectNotEdited, project, $"the versions of its packages stand in {CentralVersions}, so the reference needs an entry there"));
        }
        else if (isAgreed || (ToolConsole.CanAsk && console.Confirm("Add that to the project file?", cancellation)))
        {
            Edit(project, content, id, version);
        }
    }

    private void Edit(string project, byte[] content, string? id, string? version)
    {
        TextEditResult edit = ProjectText.Add(content, id, version);
        Failure? failure = edit.Document is { } edited ? TextFileEditor.Replace(project, edited, content) : Failure.Of(DiagnosticDescriptors.ProjectNotEdited, project, edit.Fault!.Reason);
        if (failure is null)
        {
            console.Say($"written   {project}");
        }
        else
        {
            console.Warn(failure);
        }
    }

    /// <summary>An import can give the id, so MSBuild is asked; where it cannot tell, what stands in the file decides.</summary>
    private async Task<bool> NeedsIdAsync(string project, byte[] content)
    {
        if (ProjectText.MentionsId(content))
        {
            return false;
        }

        Result<IReadOnlyList<EvaluatedProject>> evaluated = await ProjectEvaluation.ReadAsync([project], cancellation).ConfigureAwait(false);
        return evaluated.Failure is not null || evaluated.Value[0].Settings is not { Failure: null } settings || settings.Value.UserSecretsId.Length == 0;
    }

    private static IEnumerable<string> FilesAbove(string project)
    {
        for (string? at = Path.GetDirectoryName(project); at is not null; at = Path.GetDirectoryName(at))
        {
            foreach (string import in Imports.Select(name => Path.Combine(at, name)).Where(File.Exists))
            {
                yield return import;
            }
        }
    }

    private static bool Mentions(string path) => TextFileEditor.Read(path).Succeeded(out byte[]? content, out _) && ProjectText.MentionsPackage(content);
}
