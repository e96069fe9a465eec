using System.Text;
using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Identity;

/// <summary>
/// The credentials file of IBM's SDKs: the one that a variable names, else <c>ibm-credentials.env</c> in the working directory, else in the
/// home. Of its lines those count whose names begin with one of our prefixes; addresses in it are not looked at, because a file in a
/// working directory can be anybody's.
/// </summary>
internal sealed class CredentialsFileSource : ICredentialSource
{
    public const string Kind = "credentials-file";

    /// <summary>The variable that names the file.</summary>
    public const string PathVariable = "IBM_CREDENTIALS_FILE";

    private const string FileName = "ibm-credentials.env";
    private static readonly string[] Prefixes = ["SECTOKEN_", "SYSDIG_SECURE_"];

    public string Name => Kind;

    public string Needs =>
        $"neither the file of {PathVariable} nor an {FileName} in the working directory or the home has a "
            + $"{string.Join(" or ", Prefixes.Select(prefix => prefix + "APIKEY"))}";

    public IEnumerable<string> Given(CredentialOptions options) => [];

    public Result<Credential?> Find(CredentialSearch search) => Locate(search) is { } path
        ? CredentialValue.FromFile<Credential?>(path, path, (utf8, _) => Read(utf8, path, search))
        : (Credential?)null;

    private static string? Locate(CredentialSearch search)
    {
        if (search.FirstSet([PathVariable]) is not null)
        {
            return Path.Combine(search.Options.BaseDirectory, search.Environment(PathVariable)!);
        }

        string?[] directories = [search.Options.BaseDirectory, search.Environment(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME")];
        return directories.Where(directory => !string.IsNullOrEmpty(directory)).Select(directory => Path.Combine(directory!, FileName))
            .FirstOrDefault(File.Exists);
    }

    private static Result<Credential?> Read(ReadOnlySpan<byte> utf8, string path, CredentialSearch search)
    {
        foreach (string prefix in Prefixes)
        {
            var file = new CredentialsFile(utf8, prefix);
            if (KindOf(file) is { } kind)
            {
                return Read(file, kind, path, search);
            }
        }

        return (Credential?)null;
    }

    /// <summary>What AUTH_TYPE says; without it, what the other lines are good for.</summary>
    private static string? KindOf(CredentialsFile file) =>
        file.Text("AUTH_TYPE") is { Length: > 0 } given ? given.ToUpperInvariant() :
        file.Has("APIKEY") || file.Has("IAM_APIKEY") ? "IAM" :
        file.Has("BEARER_TOKEN") ? "BEARERTOKEN" :
        file.Has("IAM_PROFILE_ID") || file.Has("IAM_PROFILE_NAME") || file.Has("IAM_PROFILE_CRN") || file.Has("CR_TOKEN_FILENAME")
            ? "CONTAINER" : null;

    private static Result<Credential?> Read(CredentialsFile file, string kind, string path, CredentialSearch search)
    {
        switch (kind)
        {
            case "IAM":
                return KeyOf(file, path);
            case "IAMASSUME":
                return AssumedOf(file, path);
            case "BEARERTOKEN":
                return IamTokenSource.Of(file.Value("BEARER_TOKEN"), $"{file.Prefix}BEARER_TOKEN in {path}", search.Clock);
            case "CONTAINER" or "VPC":
                Result<TrustedProfile?> profile = ProfileOf(file, path);
                return profile.Failure is not null ? profile.Failure
                    : kind == "VPC" ? VpcInstanceSource.Of(search.Environment(VpcInstanceSource.UrlVariable), profile.Value)
                    : profile.Value is null ? Failure.Of(DiagnosticDescriptors.ProfileMissing, path)
                    : TokenPathOf(file, search) is { } token ? ComputeResourceSource.OfFile(token, profile.Value)
                    : Failure.Of(DiagnosticDescriptors.CredentialNotThere, ComputeResourceSource.Kind, new ComputeResourceSource().Needs);
            default:
                return Failure.Of(
                    DiagnosticDescriptors.SettingInvalid,
                    $"{file.Prefix}AUTH_TYPE in {path}",
                    "***",
                    "it must be one of iam, iamAssume, container, vpc, bearerToken");
        }
    }

    private static Result<Credential?> KeyOf(CredentialsFile file, string path)
    {
        string name = file.Has("APIKEY") ? "APIKEY" : "IAM_APIKEY";
        return ApiKeySource.Of(file.Value(name), $"{file.Prefix}{name} in {path}");
    }

    private static Result<Credential?> AssumedOf(CredentialsFile file, string path)
    {
        Result<TrustedProfile?> profile = ProfileOf(file, path);
        if (profile.Failure is not null || profile.Value is null)
        {
            return profile.Failure
                ?? Failure.Of(
                DiagnosticDescriptors.SettingMissing, $"{file.Prefix}IAM_PROFILE_ID in {path}",
                $"{file.Prefix}IAM_PROFILE_ID, {file.Prefix}IAM_PROFILE_CRN or {file.Prefix}IAM_PROFILE_NAME there");
        }

        Result<Credential?> key = KeyOf(file, path);
        return key.Failure is not null ? key.Failure
            : AssumedProfileSource.Of(
                key.Value as ApiKeyCredential, profile.Value, file.Text("IAM_ACCOUNT_ID") is { Length: > 0 } account ? account : null);
    }

    private static Result<TrustedProfile?> ProfileOf(CredentialsFile file, string path)
    {
        foreach (string name in (ReadOnlySpan<string>)["IAM_PROFILE_ID", "IAM_PROFILE_CRN", "IAM_PROFILE_NAME"])
        {
            if (file.Text(name) is { Length: > 0 } text)
            {
                return TrustedProfile.Parse(text, $"{file.Prefix}{name} in {path}")
                    .Succeeded(out TrustedProfile? profile, out Failure? failure) ? profile : failure;
            }
        }

        return (TrustedProfile?)null;
    }

    private static string? TokenPathOf(CredentialsFile file, CredentialSearch search) =>
        file.Text("CR_TOKEN_FILENAME") is { Length: > 0 } given
            ? Path.Combine(search.Options.BaseDirectory, given) : search.Options.ComputeTokenPaths.FirstOrDefault(File.Exists);
}

/// <summary>The lines <c>PREFIX_NAME=value</c> of a credentials file, read where they stand.</summary>
internal readonly ref struct CredentialsFile
{
    private readonly ReadOnlySpan<byte> _utf8;

    public CredentialsFile(ReadOnlySpan<byte> utf8, string prefix)
    {
        _utf8 = utf8;
        Prefix = prefix;
    }

    /// <summary>What the names begin with.</summary>
    public string Prefix { get; }

    /// <summary>Whether there is a value that is not empty.</summary>
    public bool Has(string name) => !Value(name).IsEmpty;

    /// <summary>A value that is no secret.</summary>
    public string? Text(string name) => Encoding.UTF8.GetString(Value(name));

    /// <summary>
    /// The value of the last line with the name, without the blanks around it and one pair of quotes; empty when there is none.
    /// </summary>
    public ReadOnlySpan<byte> Value(string name)
    {
        ReadOnlySpan<byte> wanted = Encoding.ASCII.GetBytes(Prefix + name);
        ReadOnlySpan<byte> found = default;
        for (ReadOnlySpan<byte> rest = _utf8.StartsWith("\uFEFF"u8) ? _utf8[3..] : _utf8; !rest.IsEmpty;)
        {
            int end = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = (end < 0 ? rest : rest[..end]).Trim(" \t\r"u8);
            rest = end < 0 ? default : rest[(end + 1)..];
            int equals = line.IndexOf((byte)'=');
            if (equals > 0 && line[..equals].TrimEnd(" \t"u8).SequenceEqual(wanted))
            {
                found = Unquote(line[(equals + 1)..].TrimStart(" \t"u8));
            }
        }

        return found;
    }

    private static ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> value) =>
        value.Length >= 2 && value[0] is (byte)'"' or (byte)'\'' && value[^1] == value[0] ? value[1..^1] : value;
}
