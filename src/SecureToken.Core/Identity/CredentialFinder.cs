using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;

namespace SecureToken.Core.Identity;

/// <summary>
/// Finds the credential: what an option names, then the first source of the list that is there. A source that is there but broken is an
/// error, never a reason to try the next one. Finding asks nobody: no request is sent and no program is started before an IAM token is
/// needed.
/// </summary>
public static class CredentialFinder
{
    /// <summary>The variable that forces a source.</summary>
    public const string ForcingVariable = "SECTOKEN_CREDENTIAL";

    /// <summary>The names of the sources, in their order.</summary>
    public static IReadOnlyList<string> SourceNames => [.. Sources.Select(source => source.Name)];

    // The order is documented in docs/authentication.md: what was given for this purpose first, what belongs to the machine or the person
    // last.
    private static ICredentialSource[] Sources { get; } =
    [
        new IamTokenSource(),
        new ApiKeySource(),
        new CredentialsFileSource(),
        new ComputeResourceSource(),
        new VpcInstanceSource(),
        new CliSessionSource(),
        new AssumedProfileSource(),
    ];

    /// <summary>Finds the credential.</summary>
    public static Result<Credential> Find(CredentialOptions options, Func<string, string?> environment, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(environment);
        if (!Choose(options, environment).Succeeded(out ICredentialSource[]? chosen, out Failure? failure))
        {
            return failure;
        }

        bool isForced = chosen.Length == 1;
        var search = new CredentialSearch(options, environment, clock, isForced);
        foreach (ICredentialSource source in chosen)
        {
            Result<Credential?> found = source.Find(search);
            if (found.Failure is not null)
            {
                return found.Failure;
            }

            if (found.Value is { } credential)
            {
                return credential;
            }
        }

        return isForced
            ? Failure.Of(DiagnosticDescriptors.CredentialNotThere, chosen[0].Name, chosen[0].Needs)
            : Failure.Of(
                DiagnosticDescriptors.CredentialMissing,
                string.Join(", ", CredentialVariables.ApiKey.Concat(CredentialVariables.IamToken)));
    }

    /// <summary>The source that is forced, or all of them.</summary>
    private static Result<ICredentialSource[]> Choose(CredentialOptions options, Func<string, string?> environment)
    {
        string? option = null;
        ICredentialSource? given = null;
        foreach (ICredentialSource source in Sources)
        {
            foreach (string name in source.Given(options))
            {
                if (option is not null)
                {
                    return Failure.Of(DiagnosticDescriptors.SettingsConflict, option, name);
                }

                (option, given) = (name, source);
            }
        }

        // An option stands above the environment, also one that forces by naming a file.
        string? forced = options.Forced ?? (given is null ? environment(ForcingVariable) : null);
        if (string.IsNullOrEmpty(forced))
        {
            return given is null ? Sources : new[] { given };
        }

        string setting = options.Forced is null ? ForcingVariable : options.ForcedBy;
        return Sources.FirstOrDefault(source => source.Name == forced) is not { } named
            ? Failure.Of(
                DiagnosticDescriptors.SettingInvalid, setting, PrintableText.Ascii(forced, 20),
                $"it must be one of {string.Join(", ", SourceNames)}")
            : given is not null && given != named && !(named is AssumedProfileSource && given is ApiKeySource)
                ? Failure.Of(DiagnosticDescriptors.SettingsConflict, $"{setting} {forced}", option!)
                : new[] { named };
    }
}
