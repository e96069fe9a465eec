using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Processes;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Projects;

/// <summary>What became of a project.</summary>
/// <param name="IsReady">Whether a build of it injects the token.</param>
/// <param name="UserSecretsId">The id of its user-secrets, if it has one.</param>
internal sealed record PreparedProject(bool IsReady, string? UserSecretsId);

/// <summary>
/// Shows the commands that make a build inject the token, and runs them when someone says yes. The commands are those of the SDK: they
/// know every layout of a project, central package versions too.
/// </summary>
internal sealed class ProjectPreparation(ToolConsole console, bool isAgreed, bool canAsk, CancellationToken cancellation)
{
    private const string Package = "SecureToken.Build";

    // NuGet's codes for a package, or this version of it, that no source has.
    private static readonly string[] NotFound = ["NU1101", "NU1102", "NU1103"];

    /// <summary>Prepares a project, or warns why it is not prepared.</summary>
    public Task<PreparedProject> OfferAsync(string project) => Task.Run(
        () =>
        {
            if (Offer(project).Succeeded(out PreparedProject? prepared, out Failure? failure))
            {
                return prepared;
            }

            console.Warn(failure);
            return new PreparedProject(false, null);
        },
        CancellationToken.None);

    private Result<PreparedProject> Offer(string project)
    {
        if (!HelperProgram.Find("dotnet").Succeeded(out string? dotnet, out Failure? failure)
            || !Look(dotnet, project).Succeeded(out Evaluation? found, out failure))
        {
            return failure;
        }

        List<string[]> commands = Missing(found, project);
        if (commands.Count == 0)
        {
            console.Say($"unchanged {project} (it has a UserSecretsId and {Package})");
            return new PreparedProject(true, found.UserSecretsId);
        }

        console.Say($"{project} needs:");
        foreach (string[] command in commands)
        {
            console.Say($"  {ProgramLine.Of(["dotnet", .. command])}");
        }

        if (!isAgreed && !(canAsk && console.Confirm(commands.Count == 1 ? "Run it?" : "Run them?", cancellation)))
        {
            return new PreparedProject(false, found.UserSecretsId);
        }

        foreach (string[] command in commands)
        {
            console.Say($"running   {ProgramLine.Of(["dotnet", .. command])}");
            if (!Ask(dotnet, project, command).Succeeded(out _, out failure))
            {
                return failure;
            }
        }

        console.Say($"prepared  {project}");
        return Look(dotnet, project).Succeeded(out found, out failure) ? new PreparedProject(true, found.UserSecretsId) : failure;
    }

    /// <summary>The commands that the project needs.</summary>
    private static List<string[]> Missing(Evaluation found, string project)
    {
        List<string[]> commands = [];
        if (found.UserSecretsId is null)
        {
            commands.Add(["user-secrets", "init", "--project", project]);
        }

        if (!found.HasPackage)
        {
            commands.Add(["add", project, "package", Package, "--version", ToolVersion.Text]);
        }

        return commands;
    }

    /// <summary>What the project has. An import can give what its file does not, so MSBuild is asked.</summary>
    private Result<Evaluation> Look(string dotnet, string project)
    {
        string[] question = ["msbuild", project, "-getProperty:UserSecretsId", "-getItem:PackageReference,GlobalPackageReference"];
        if (!Ask(dotnet, project, question).Succeeded(out string? answer, out Failure? failure))
        {
            return failure;
        }

        try
        {
            using JsonDocument read = JsonDocument.Parse(answer);
            string? id = read.RootElement.GetProperty("Properties").GetProperty("UserSecretsId").GetString();
            bool hasPackage = read.RootElement.GetProperty("Items").EnumerateObject().SelectMany(items => items.Value.EnumerateArray())
                .Any(item => string.Equals(item.GetProperty("Identity").GetString(), Package, StringComparison.OrdinalIgnoreCase));
            return new Evaluation(string.IsNullOrEmpty(id) ? null : id, hasPackage);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Failure.Of(DiagnosticDescriptors.ProjectNotPrepared, project, "the output of 'dotnet msbuild' could not be read");
        }
    }

    /// <summary>What a command of the SDK writes to standard output; or why it failed, as it says it.</summary>
    private Result<string> Ask(string dotnet, string project, string[] command)
    {
        Result<HelperAnswer> ran = HelperProgram.Run(
            dotnet,
            command,
            Path.GetDirectoryName(project)!,
            string.Empty,
            Timeout.InfiniteTimeSpan,
            environment => environment.Set("DOTNET_NOLOGO", "1"u8),
            cancellation);
        if (!ran.Succeeded(out HelperAnswer? answer, out Failure? failure))
        {
            return failure;
        }

        return answer.Exit == 0 ? answer.Output
            : Array.Exists(NotFound, code => (answer.Output + answer.Error).Contains(code, StringComparison.Ordinal))
                ? Failure.Of(DiagnosticDescriptors.PackageNotFound, $"{Package} {ToolVersion.Text}", project)
            : Failure.Of(
                DiagnosticDescriptors.ProjectNotPrepared, project, $"'dotnet {command[0]}' failed with {answer.Exit}: {Said(answer)}");
    }

    /// <summary>Its first line about an error, or else its last line.</summary>
    private static string Said(HelperAnswer answer)
    {
        string[] lines =
            [.. (answer.Output + '\n' + answer.Error).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        return lines.FirstOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)) ?? lines.LastOrDefault()
            ?? "nothing";
    }

    private sealed record Evaluation(string? UserSecretsId, bool HasPackage);
}
