using System.Security.Cryptography;
using System.Text;
using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Identity;

/// <summary>
/// Finds the credential: an option first, then the environment, an IAM token before an API key. A source that is given but broken
/// is an error, never a reason to try the next one.
/// </summary>
public static class CredentialFinder
{
    /// <summary>The variables that may hold an IAM token, in order.</summary>
    public static readonly IReadOnlyList<string> IamTokenVariables = ["SECTOKEN_IAM_TOKEN", "IC_IAM_TOKEN", "IBMCLOUD_IAM_TOKEN"];

    /// <summary>The variables that may hold an API key, in order; a value that starts with <c>@</c> names a file.</summary>
    public static readonly IReadOnlyList<string> ApiKeyVariables = ["SECTOKEN_API_KEY", "IBMCLOUD_API_KEY", "IC_API_KEY", "SYSDIG_IBM_SECURE_API_KEY"];

    /// <summary>An IAM token has about 1.5 KB; an API-key file from IBM Cloud less.</summary>
    private const int MaximumLength = 64 * 1024;

    private delegate Result<Credential> Reader(ReadOnlySpan<byte> utf8, string source);

    /// <summary>Finds and reads the credential.</summary>
    public static Result<Credential> Find(CredentialOptions options, Func<string, string?> environment, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(environment);
        Reader iamToken = (utf8, source) => CredentialText.ReadIamToken(utf8, source, clock);
        List<(string Name, Func<Result<Credential>> Read)> given = [];
        Add(options.IamTokenFile is not null, "--iam-token-file", () => FromFile(options.IamTokenFile!, options.IamTokenFile!, iamToken));
        Add(options.IamTokenStdin, "--iam-token-stdin", () => FromStream(options.OpenStandardInput, "standard input", iamToken));
        Add(options.IamTokenVariable is not null, "SecureTokenIamTokenVariable", () => FromVariable(options.IamTokenVariable!, environment, options, iamToken));
        Add(options.ApiKeyFile is not null, "--api-key-file", () => FromFile(options.ApiKeyFile!, options.ApiKeyFile!, CredentialText.ReadApiKey));
        Add(options.ApiKeyStdin, "--api-key-stdin", () => FromStream(options.OpenStandardInput, "standard input", CredentialText.ReadApiKey));
        Add(options.ApiKeyVariable is not null, "SecureTokenApiKeyVariable", () => FromVariable(options.ApiKeyVariable!, environment, options, CredentialText.ReadApiKey));
        switch (given.Count)
        {
            case 1:
                return given[0].Read();
            case > 1:
                return Failure.Of(Known.SettingsConflict, given[0].Name, given[1].Name);
        }

        foreach (string name in IamTokenVariables.Where(name => !string.IsNullOrEmpty(environment(name))))
        {
            return FromVariable(name, environment, options, iamToken);
        }

        foreach (string name in ApiKeyVariables.Where(name => !string.IsNullOrEmpty(environment(name))))
        {
            return FromVariable(name, environment, options, CredentialText.ReadApiKey);
        }

        return Failure.Of(Known.CredentialMissing, string.Join(", ", ApiKeyVariables.Concat(IamTokenVariables)));

        void Add(bool present, string name, Func<Result<Credential>> read)
        {
            if (present)
            {
                given.Add((name, read));
            }
        }
    }

    private static Result<Credential> FromVariable(string name, Func<string, string?> environment, CredentialOptions options, Reader read)
    {
        string? value = environment(name);
        if (string.IsNullOrEmpty(value))
        {
            // What stands where a name belongs may be the credential itself, so it is not repeated.
            string setting = options.ApiKeyVariable == name ? "SecureTokenApiKeyVariable" : "SecureTokenIamTokenVariable";
            return Failure.Of(Known.CredentialUnreadable, $"the variable that {setting} names", "no variable of that name is set");
        }

        if (value[0] == '@')
        {
            return FromFile(Path.Combine(options.BaseDirectory, value[1..]), name, read);
        }

        byte[] utf8 = Encoding.UTF8.GetBytes(value);
        try
        {
            return read(utf8, name);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(utf8);
        }
    }

    private static Result<Credential> FromFile(string path, string source, Reader read) =>
        FromStream(() => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0), source, read);

    private static Result<Credential> FromStream(Func<Stream> open, string source, Reader read)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(MaximumLength, pinned: true);
        try
        {
            using Stream stream = open();
            int length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return length == buffer.Length
                ? Failure.Of(Known.CredentialUnreadable, source, "it is too long to be a credential")
                : read(buffer.AsSpan(0, length), source);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return Failure.Of(Known.CredentialUnreadable, source, exception switch
            {
                FileNotFoundException or DirectoryNotFoundException => "there is no such file",
                UnauthorizedAccessException => "permission denied",
                _ => "it cannot be opened or read",
            });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }
}
