using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Processes;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Projects;

/// <summary>
/// Shows the commands that make a build inject the token, and runs them when someone says yes. The commands are those of the SDK: they
/// know every layout of a project, central package versions too.
/// </summary>
internal sealed class ProjectPreparation(ToolConsole console, bool isAgreed, CancellationToken cancellation)
{
    private const string Package = "SecureToken.Build";

    // NuGet's codes for a package, or this version of it, that no source has.
    private static readonly string[] NotFound = ["NU1101", "NU1102", "NU1103"];

    /// <summary>Prepares a project, or warns why it is not prepared.</summary>
    public Task OfferAsync(string project) => Task.Run(
        () =>
        {
            if (Offer(project) is { } failure)
            {
                console.Warn(failure);
            }
        },
        CancellationToken.None);

    private Failure? Offer(string project)
    {
        if (!HelperProgram.Find("dotnet").Succeeded(out string? dotnet, out Failure? failure)
            || !Missing(dotnet, project).Succeeded(out IReadOnlyList<string[]>? commands, out failure))
        {
            return failure;
        }

        if (commands.Count == 0)
        {
            console.Say($"unchanged {project} (it has a UserSecretsId and {Package})");
            return null;
        }

        console.Say($"{project} needs:");
        foreach (string[] command in commands)
        {
            console.Say($"  {ProgramLine.Of(["dotnet", .. command])}");
        }

        if (!isAgreed && !(ToolConsole.CanAsk && console.Confirm(commands.Count == 1 ? "Run it?" : "Run them?", cancellation)))
        {
            return null;
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
        return null;
    }

    /// <summary>The commands that the project needs. An import can give what its file does not, so MSBuild is asked.</summary>
    private Result<IReadOnlyList<string[]>> Missing(string dotnet, string project)
    {
        string[] question = ["msbuild", project, "-getProperty:UserSecretsId", "-getItem:PackageReference,GlobalPackageReference"];
        if (!Ask(dotnet, project, question).Succeeded(out string? answer, out Failure? failure))
        {
            return failure;
        }

        try
        {
            using JsonDocument read = JsonDocument.Parse(answer);
            bool hasId = read.RootElement.GetProperty("Properties").GetProperty("UserSecretsId").GetString() is { Length: > 0 };
            bool hasPackage = read.RootElement.GetProperty("Items").EnumerateObject().SelectMany(items => items.Value.EnumerateArray())
                .Any(item => string.Equals(item.GetProperty("Identity").GetString(), Package, StringComparison.OrdinalIgnoreCase));
            List<string[]> commands = [];
            if (!hasId)
            {
                commands.Add(["user-secrets", "init", "--project", project]);
            }

            if (!hasPackage)
            {
                commands.Add(["add", project, "package", Package, "--version", ToolVersion.Text]);
            }

            return commands;
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
}
