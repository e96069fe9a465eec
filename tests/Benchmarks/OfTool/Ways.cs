using SecureToken.Benchmarks.Measuring;

namespace SecureToken.Benchmarks.OfTool;

/// <summary>The same works done by the tool and by what people use without it.</summary>
/// <param name="workplace">Where.</param>
/// <param name="native">The native tool.</param>
/// <param name="fallback">The same tool as an assembly for the JIT.</param>
internal sealed class Ways(Workplace workplace, string native, string fallback)
{
    public const string Id = "benchmark";
    public const string Key = "Sysdig:SecureApiToken";

    // As the documentation has it, secrets on the command lines included.
    private const string FetchIam = """
        iam=$(curl --silent --show-error --fail -X POST "$IAM/identity/token" -H 'Content-Type: application/x-www-form-urlencoded' \
          -d "grant_type=urn:ibm:params:oauth:grant-type:apikey&apikey=$APIKEY" | jq -r .access_token)

        """;

    private const string FetchToken = """
        token=$(curl --silent --show-error --fail "$SERVICE/api/token" -H "Authorization: Bearer $iam" -H "IBMInstanceID: $GUID" \
          -H "SysdigTeamID: $TEAM" | jq -r .token.key)

        """;

    private const string CurlAndJq = "set -e\n" + FetchIam + FetchToken + "printf '%s\\n' \"$token\"";
    private const string Documented = "set -e\n" + FetchIam + FetchToken + $"dotnet user-secrets set --id {Id} {Key} \"$token\"";

    private readonly string _service = workplace.Emulator.BaseUrl.ToString().TrimEnd('/');

    public static string SecretsOf(Workplace place) => Path.Combine(place.Home, ".microsoft", "usersecrets", Id, "secrets.json");

    public Invocation DocumentedInjection(string? iam = null, string? service = null) => Script(Documented, iam, service);

    public Invocation CurlAndJqFetch(string? iam = null, string? service = null) => Script(CurlAndJq, iam, service);

    /// <summary>Our tool with settings and credential in the environment.</summary>
    public Invocation Ours(string[] arguments, string? iam = null, string? service = null) => workplace.Command(
        [
            new("SECTOKEN_IAM_ENDPOINT", iam ?? _service),
            new("SECTOKEN_ENDPOINT", service ?? _service),
            new("SECTOKEN_INSTANCE", workplace.Emulator.InstanceId),
            new("SECTOKEN_TEAM", $"{Workplace.Team}"),
            new("SECTOKEN_API_KEY", workplace.Emulator.ApiKey),
        ],
        native,
        arguments);

    public Invocation Injection(string? iam = null, string? service = null) => Ours(["inject", "--user-secrets", Id], iam, service);

    /// <summary>Into a file of a work tree, where git is asked whether it tracks or ignores the file.</summary>
    public Invocation InjectionIntoWorkTree() => Ours(["inject", "--dotenv", Path.Combine(WorkTree(), "api.env")]);

    /// <summary>The same two questions.</summary>
    public Invocation Git()
    {
        string tree = WorkTree();
        return workplace.Command("sh", "-c", $"cd '{tree}' && git ls-files -z -- api.env && printf 'api.env\\0' | git check-ignore -z --stdin >/dev/null");
    }

    /// <summary>No exchange at IAM: the nearest to a local write that the tool can do.</summary>
    public Invocation InjectionWith(string iamTokenFile) => workplace.Command(
        [
            new("SECTOKEN_ENDPOINT", _service),
            new("SECTOKEN_INSTANCE", workplace.Emulator.InstanceId),
            new("SECTOKEN_TEAM", $"{Workplace.Team}"),
        ],
        native,
        "inject", "--user-secrets", Id, "--iam-token-file", iamTokenFile);

    public Invocation UserSecretsSet(string key, string value) => workplace.Command("dotnet", "user-secrets", "set", "--id", Id, key, value);

    public Invocation UserSecretsVersion() => workplace.Command("dotnet", "user-secrets", "--version");

    public Invocation Version() => workplace.Command(native, "--version");

    public Invocation VersionWithJit() => workplace.Command("dotnet", fallback, "--version");

    private string WorkTree()
    {
        string tree = workplace.Directory["tree"];
        if (!Directory.Exists(tree))
        {
            Directory.CreateDirectory(tree);
            File.WriteAllText(Path.Combine(tree, ".gitignore"), "*.env\n");
            using var made = System.Diagnostics.Process.Start("git", ["-C", tree, "init", "--quiet"]);
            made.WaitForExit();
        }

        return tree;
    }

    private Invocation Script(string script, string? iam, string? service) => workplace.Command(
        [
            new("IAM", iam ?? _service),
            new("SERVICE", service ?? _service),
            new("GUID", workplace.Emulator.InstanceId),
            new("TEAM", $"{Workplace.Team}"),
            new("APIKEY", workplace.Emulator.ApiKey),
        ],
        "sh",
        "-c",
        script);
}
