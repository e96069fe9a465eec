using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Destinations.Files;

/// <summary>The user-secrets of a project: where <c>IConfiguration</c> reads during development.</summary>
public sealed class UserSecretsFile : JsonFile
{
    /// <summary>A secrets file, see <see cref="PathOf"/>, and the key in it.</summary>
    /// <remarks>
    /// It has one lock however it is spelled, and that lies beside the store, not in the state directory: containers that share the store
    /// then share the lock.
    /// </remarks>
    public UserSecretsFile(string path, ConfigurationKey key)
        : base(path, LockFileOf(CanonicalPath.Of(path) is { Failure: null } canonical ? canonical.Value : path), key)
    {
    }

    /// <inheritdoc/>
    public override string Kind => "user-secrets";

    /// <summary>.NET's hosts load them with reloadOnChange.</summary>
    private protected override bool ReloadsByDefault => true;

    /// <summary>Whether a canonical path is the store of some user-secrets id, so that the file has the store's lock.</summary>
    internal static bool IsStore(string path)
    {
        string[] names = PathRules.Here.Names(path);
        return names is [.., var vendor, var store, _, var file] && Is(file, "secrets.json")
            && ((Is(vendor, ".microsoft") && Is(store, "usersecrets")) || (Is(vendor, "Microsoft") && Is(store, "UserSecrets")));

        static bool Is(string name, string expected) => name.Equals(expected, PathRules.Here.Comparison);
    }

    /// <summary>The lock of a store.</summary>
    internal static string LockFileOf(string path) => Path.Combine(Path.GetDirectoryName(path)!, ".sectoken.lock");

    /// <summary>
    /// The path that the SDK's own tool and the configuration reader use: below APPDATA where that is set (on every platform), else
    /// below HOME.
    /// </summary>
    public static Result<string> PathOf(string id, Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(environment);
        string fault =
            string.IsNullOrWhiteSpace(id) ? "it is empty" :
            id is "." or ".." ? "it names a directory" :
            id.Length > 200 ? "it is too long" :
            id.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0 || id.Contains('\\', StringComparison.Ordinal)
                || id.Any(char.IsControl) ? "it has characters that no file name has" : string.Empty;
        if (fault.Length > 0)
        {
            return Failure.Of(
                DiagnosticDescriptors.UserSecretsIdInvalid, PrintableText.Of(id, 80),
                fault);
        }

        if (environment("APPDATA") is { Length: > 0 } applicationData)
        {
            return Path.Combine(applicationData, "Microsoft", "UserSecrets", Path.Combine(id, "secrets.json"));
        }

        string? home = environment("HOME") is { Length: > 0 } given
            ? given : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return string.IsNullOrEmpty(home)
            ? Failure.Of(DiagnosticDescriptors.HomeMissing)
            : Path.Combine(home, ".microsoft", "usersecrets", Path.Combine(id, "secrets.json"));
    }
}
