using SecureToken.Core.Diagnostics;
using SecureToken.Core.Identity;

namespace SecureToken.Build;

/// <summary>
/// Whether continuous integration gets the user-secrets of a project. They are for development: where a build has no credential at all, as
/// that of a pull request from a fork, and nothing else would be written, it goes on without them. A credential that is broken is an error
/// as ever, and so is a file that the project declares.
/// </summary>
internal sealed class DevelopmentSecrets
{
    private readonly string? _reason;

    private DevelopmentSecrets(string? reason) => _reason = reason;

    /// <summary>Why they are left out; null when they are not.</summary>
    public string? LeftOutBecause => _reason;

    public static Result<DevelopmentSecrets> Judge(
        InjectSecureToken task, TaskSettings settings, CredentialOptions credentials, Func<string, string?> environment)
    {
        bool mayBeLeftOut = task.IsContinuousIntegration && !string.IsNullOrEmpty(task.UserSecretsId);
        return settings.InCI.Trim().ToUpperInvariant() switch
        {
            "SKIP" => new DevelopmentSecrets(mayBeLeftOut ? "SecureTokenInCI is Skip" : null),
            "INJECT" => new DevelopmentSecrets(null),
            "AUTO" => new DevelopmentSecrets(
                mayBeLeftOut && task.Destinations.Length == 0 && HasNoCredential() ? "there is no credential" : null),
            _ => Failure.Of(DiagnosticDescriptors.SettingInvalid, "SecureTokenInCI", settings.InCI, "it is Auto, Skip or Inject"),
        };

        bool HasNoCredential() =>
            CredentialFinder.Find(
                credentials, environment, TimeProvider.System).Failure?.Descriptor == DiagnosticDescriptors.CredentialMissing;
    }
}
