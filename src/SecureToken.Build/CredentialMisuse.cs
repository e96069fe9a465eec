using Microsoft.Build.Framework;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Identity;

namespace SecureToken.Build;

/// <summary>
/// Notices that a credential got into MSBuild's data, from where it gets into every binary log: a variable used as
/// <c>$(NAME)</c>, a value given with <c>-p:</c>, or a log of the whole environment that was switched on. The values themselves are
/// not looked at.
/// </summary>
internal static class CredentialMisuse
{
    public static IEnumerable<Failure> Find(InjectSecureToken task)
    {
        string[] names =
        [
            .. CredentialFinder.ApiKeyVariables,
            .. CredentialFinder.IamTokenVariables,
            .. new[] { task.ApiKeyVariable, task.IamTokenVariable }.Where(name => !string.IsNullOrEmpty(name)).Select(name => name!).Where(name => Environment.GetEnvironmentVariable(name) is not null),
        ];
        if (task.BuildEngine is IBuildEngine6 engine)
        {
            IReadOnlyDictionary<string, string> given = engine.GetGlobalProperties();
            foreach (string name in names.Where(given.ContainsKey))
            {
                yield return Failure.Of(Known.CredentialInMSBuild, name, "it was given with -p:");
            }
        }

        foreach (string path in task.ProjectFiles.Where(File.Exists))
        {
            string text = File.ReadAllText(path);
            foreach (string name in names.Where(name => text.Contains($"$({name})", StringComparison.OrdinalIgnoreCase)))
            {
                yield return Failure.Of(Known.CredentialInMSBuild, name, $"{Path.GetFileName(path)} uses it as $({name})");
            }
        }

        if (Environment.GetEnvironmentVariable("MSBUILDLOGALLENVIRONMENTVARIABLES") is { Length: > 0 } and not "0")
        {
            yield return Failure.Of(Known.EnvironmentIsLogged);
        }
    }
}
