using System.Globalization;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Destinations.Cluster;

/// <summary>
/// What a pod has to reach the API server of its cluster (kubernetes.io/docs/tasks/run-application/access-api-from-pod): an address in its
/// environment, and a directory with a token, the cluster's authority and the namespace. All of it is read when it is used, because the
/// kubelet renews the token about every hour.
/// </summary>
internal sealed class ServiceAccount
{
    /// <summary>The variable that names another directory, for a projected volume at another path.</summary>
    public const string DirectoryVariable = "SECTOKEN_SERVICE_ACCOUNT_DIR";

    private const string DefaultDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>A namespace has at most 63 characters.</summary>
    private const int LongestFile = 256;

    private readonly Func<string, string?> _environment;

    private ServiceAccount(Func<string, string?> environment) => _environment = environment;

    /// <summary>The directory.</summary>
    public string Directory => _environment(DirectoryVariable) is { Length: > 0 } given ? given : DefaultDirectory;

    /// <summary>The address of the API server; null where there is none.</summary>
    public Uri? Server =>
        _environment("KUBERNETES_SERVICE_HOST") is { Length: > 0 } host
        && Uri.CheckHostName(host) is not UriHostNameType.Unknown and var kind
        && ushort.TryParse(Port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            ? new Uri(string.Create(
                CultureInfo.InvariantCulture, $"https://{(kind == UriHostNameType.IPv6 ? $"[{host.Trim('[', ']')}]" : host)}:{port}/"))
            : null;

    /// <summary>The namespace of the pod; null where nothing tells it.</summary>
    public string? Namespace
    {
        get
        {
            try
            {
                string path = Path.Combine(Directory, "namespace");
                using var file = new StreamReader(path);
                char[] text = new char[LongestFile];
                string name = new string(text, 0, file.ReadBlock(text)).Trim();
                return Settings.KubernetesName.ParseNamespace(name).Failure is null ? name : null;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    private string Port =>
        _environment("KUBERNETES_SERVICE_PORT_HTTPS") is { Length: > 0 } secure ? secure
        : _environment("KUBERNETES_SERVICE_PORT") is { Length: > 0 } port ? port : "443";

    /// <summary>What the environment and the file system of this process have.</summary>
    public static ServiceAccount Of(Func<string, string?> environment) => new(environment);

    /// <summary>The token as it is now; the caller disposes it.</summary>
    /// <returns>The token; or why there is none, in the words of a credential.</returns>
    public Result<ComputeToken> ReadToken()
    {
        string path = Path.Combine(Directory, "token");
        return CredentialValue.FromFile<ComputeToken>(path, path, CredentialText.ReadComputeToken);
    }

    /// <summary>The cluster's authority, and no other: a certificate that the system trusts proves nothing here.</summary>
    public Result<CaBundle> ReadAuthority() => CaBundle.Load(Path.Combine(Directory, "ca.crt"), isAlone: true);
}
