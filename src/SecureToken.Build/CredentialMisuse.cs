using Microsoft.Build.Framework;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;

namespace SecureToken.Build;

/// <summary>
/// Notices that a credential got into MSBuild's data, from where it gets into every binary log: a variable used as
/// <c>$(NAME)</c>, a value given with <c>-p:</c>, or a log of the whole environment that was switched on. The values themselves are
/// not looked at.
/// </summary>
internal static class CredentialMisuse
{
    public static IEnumerable<Failure> Find(InjectSecureToken task, TaskSettings settings)
    {
        string[] names =
        [
            .. CredentialVariables.All,
            .. CredentialVariables.TeamToken,
            .. new[] { settings.ApiKeyVariable, settings.IamTokenVariable }.OfType<string>()
            .Where(name => Environment.GetEnvironmentVariable(name) is not null),
        ];
        if (task.BuildEngine is IBuildEngine6 engine)
        {
            IReadOnlyDictionary<string, string> given = engine.GetGlobalProperties();
            foreach (string name in names.Where(name => given.Keys.Contains(name, StringComparer.OrdinalIgnoreCase)))
            {
                yield return Failure.Of(DiagnosticDescriptors.CredentialInMSBuild, name, "it was given with -p:");
            }
        }

        foreach (string path in task.ProjectFiles)
        {
            string text = WithoutQuotes(Read(path));
            foreach (string name in names.Where(name => IsUsed(text, name)))
            {
                yield return Failure.Of(DiagnosticDescriptors.CredentialInMSBuild, name, $"{Path.GetFileName(path)} uses it as $({name})");
            }
        }

        // Any value switches it on, "0" and "false" too.
        if (Environment.GetEnvironmentVariable("MSBUILDLOGALLENVIRONMENTVARIABLES") is { Length: > 0 })
        {
            yield return Failure.Of(DiagnosticDescriptors.EnvironmentIsLogged);
        }
    }

    /// <summary>
    /// <c>$(NAME)</c>, also with a function of the value, and the property functions that read a variable.
    /// </summary>
    private static bool IsUsed(string text, string name) =>
        Array.Exists(
            [$"$({name})", $"$({name}.", $"$({name}[", $"GetEnvironmentVariable({name})"], use =>
            text.Contains(use, StringComparison.OrdinalIgnoreCase))
        || (text.Contains($"%{name}%", StringComparison.OrdinalIgnoreCase)
            && text.Contains("ExpandEnvironmentVariables(", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// MSBuild takes an argument in quotes of three kinds, also as XML spells them, and without any, with spaces around it.
    /// </summary>
    private static string WithoutQuotes(string text) =>
        string.Concat(
            text.Replace("&quot;", string.Empty, StringComparison.Ordinal).Replace("&apos;", string.Empty, StringComparison.Ordinal)
                .Split('\'', '"', '`', ' '));

    private static string Read(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : string.Empty;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A warning less; the build itself would have told that the file cannot be read.
            return string.Empty;
        }
    }
}
