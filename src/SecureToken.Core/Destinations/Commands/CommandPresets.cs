using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Destinations.Commands;

/// <summary>
/// The programs whose command lines are known. Each gets the value on standard input and in no other way; the page that says how is named
/// beside it.
/// </summary>
public static class CommandPresets
{
    /// <summary>Standard input as a file, for clients that read only files. Windows has none.</summary>
    private const string InputFile = "/dev/stdin";

    private const int LongestValue = 253;

    /// <summary>All presets.</summary>
    public static IReadOnlyList<CommandPreset> All { get; } =
    [
        // cli.github.com/manual/gh_secret_set: without --body the value is read from standard input.
        new("gh", "A secret of GitHub Actions, Dependabot or Codespaces.",
        [
            new("name", "The name of the secret.", IsRequired: true),
            new("repo", "The repository, OWNER/NAME. Default: the one of the directory."),
            new("org", "The organization, for a secret of all its repositories."),
            new("env", "The deployment environment."),
            new("app", "actions, dependabot or codespaces. Default: actions."),
        ])
        {
            Line = values =>
                ["gh", "secret", "set", values["name"], .. values.Option("repo", "--repo"), .. values.Option("org", "--org"),
                .. values.Option("env", "--env"), .. values.Option("app", "--app")],
            Way = values =>
                CommandWay.Plain with
                {
                    Readers = "the workflows of the repository, environment or organization; GitHub shows it to nobody",
                    AfterReset = $"run the workflows again that started with the old secret {values["name"]}",
                },
        },

        // kubernetes.io/docs/reference/using-api/server-side-apply: a manager owns the fields that it applied, and what it leaves out of
        // a later request is removed; so each key has a manager of its own. The key is ours to set whoever set it before, hence the force.
        new("kubectl", "A key of a Kubernetes Secret in the cluster.",
        [
            new("secret", "The name of the Secret.", IsRequired: true),
            new("key", "The key in it. Default: token."),
            new("namespace", "Its namespace. Default: that of the context."),
            new("context", "The context of kubectl. Default: the current one."),
        ])
        {
            Line = values =>
            [
                "kubectl", .. values.Option("context", "--context"), .. values.Option("namespace", "--namespace"),
                "apply", "--server-side", "--force-conflicts", $"--field-manager=sectoken-{KeyOf(values)}", "--filename", "-",
            ],
            Way = values =>
                new CommandWay(
                (value, fingerprint) =>
                InputShapes.KubernetesSecret(value, fingerprint, values["secret"], values.Find("namespace"), KeyOf(values)))
            {
                Readers = "whoever may read Secrets of the namespace, and the pods that mount it",
                AfterReset = $"restart the pods that have the Secret {values["secret"]} in their environment",
            },
        },

        // developer.hashicorp.com/vault/docs/commands/kv/put: the value - is read from standard input. It writes all keys of the secret
        // anew.
        new("vault", "A secret in HashiCorp Vault (KV) with this one key; its other keys are not kept.",
        [
            new("path", "The path of the secret.", IsRequired: true),
            new("key", "The key in it. Default: token."),
            new("mount", "Where the engine is mounted. Default: secret."),
        ])
        {
            Line = values => ["vault", "kv", "put", $"-mount={values.Find("mount") ?? "secret"}", values["path"], $"{KeyOf(values)}=-"],
            Way = values => CommandWay.Plain with
            {
                Readers = "whoever Vault's policies let read the path",
                AfterReset = $"restart what has read {values["path"]} from Vault",
            },
        },

        // learn.microsoft.com/cli/azure/keyvault/secret#az-keyvault-secret-set: --value or --file. It prints the secret unless told not to.
        new("az-keyvault", "A secret in Azure Key Vault.",
        [
            new("vault", "The name of the vault.", IsRequired: true),
            new("name", "The name of the secret.", IsRequired: true),
        ])
        {
            Line = values =>
                ["az", "keyvault", "secret", "set", "--vault-name", values["vault"], "--name", values["name"], "--file", InputFile,
                "--encoding", "utf-8", "--output", "none"],
            Way = values => CommandWay.Plain with
            {
                Readers = "whoever may read secrets of the vault",
                AfterReset = $"restart what has read {values["name"]} from the vault {values["vault"]}",
            },
            NeedsInputAsFile = true,
        },

        // cloud.ibm.com/docs/codeengine?topic=codeengine-cli#cli-secret-update: --from-file KEY=FILE, all of the file is the value. The
        // secret must exist.
        new("ibmcloud-code-engine", "A key of a secret in the selected IBM Code Engine project.",
        [
            new("name", "The name of the secret, which must exist.", IsRequired: true),
            new("key", "The key in it. Default: SYSDIG_SECURE_API_TOKEN."),
        ])
        {
            Line = values =>
                ["ibmcloud", "ce", "secret", "update", "--name", values["name"], "--from-file",
                $"{values.Find("key") ?? "SYSDIG_SECURE_API_TOKEN"}={InputFile}"],
            Way = values =>
                CommandWay.Plain with
                {
                    Readers = "the apps, jobs and functions that refer to the secret, and whoever may read the project",
                    AfterReset = $"restart the apps that refer to the secret {values["name"]} of Code Engine",
                },
            NeedsInputAsFile = true,
        },

        // cloud.ibm.com/docs/secrets-manager?topic=secrets-manager-secrets-manager-cli: --secret-version-prototype=@FILE reads JSON from a
        // file. It prints the new version, payload included; the payload is masked.
        new("ibmcloud-secrets-manager", "A new version of an arbitrary secret in IBM Cloud Secrets Manager.",
        [
            new("secretId", "The id of the secret, which must exist.", IsRequired: true),
            new("serviceUrl", "The endpoint of the instance. Default: SECRETS_MANAGER_URL."),
        ])
        {
            Line = values =>
            [
                "ibmcloud", "secrets-manager", "secret-version-create", .. values.Option("serviceUrl", "--service-url"),
                $"--secret-id={values["secretId"]}", $"--secret-version-prototype=@{InputFile}",
            ],
            Way = values => new CommandWay((value, _) => InputShapes.SecretsManagerVersion(value))
            {
                Readers = "whoever may read secrets of the instance's secret group",
                AfterReset = $"restart what has read the secret {values["secretId"]} from Secrets Manager",
            },
            NeedsInputAsFile = true,
        },

        // docs.docker.com/reference/cli/docker/secret/create: - reads from standard input. A secret never changes, so each token has one of
        // its own name, and a service is moved to it with docker service update.
        new("docker-swarm", "A secret of a Docker swarm, with the fingerprint of the token at the end of its name.",
        [
            new("name", "The beginning of the name.", IsRequired: true),
        ])
        {
            Line = values => ["docker", "secret", "create", $"{values["name"]}-{{fingerprint}}", "-"],
            Way = values => CommandWay.Plain with
            {
                Probe = ["docker", "secret", "inspect", "--format", "{{.ID}}", $"{values["name"]}-{{fingerprint}}"],
                Readers = "the containers of services that use the secret; the swarm shows it to nobody",
                AfterReset = $"update the services of the swarm to the new secret {values["name"]}-FINGERPRINT",
            },
        },
    ];

    /// <summary>Makes a destination of a preset.</summary>
    /// <param name="preset">Its name.</param>
    /// <param name="parameters">What it needs, by name.</param>
    /// <param name="settings">Everything else; its command line is not used.</param>
    /// <returns>The destination; or 109 (no such preset or parameter), 101 (a parameter is missing), 108 (one cannot be used).</returns>
    public static Result<Destination> Make(string preset, IReadOnlyDictionary<string, string> parameters, CommandSettings settings)
    {
        ArgumentNullException.ThrowIfNull(preset);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(settings);
        if (All.FirstOrDefault(candidate => candidate.Name == preset) is not { } found)
        {
            return Failure.Of(
                DiagnosticDescriptors.UnknownArgument, "The preset", Processes.ProgramLine.Of([preset]),
                $"There are: {string.Join(", ", All.Select(candidate => candidate.Name))}.");
        }

        if (Fault(found, parameters) is { } fault)
        {
            return fault;
        }

        if (found.NeedsInputAsFile && OperatingSystem.IsWindows())
        {
            return Failure.Of(
                DiagnosticDescriptors.SettingInvalid, "The preset", preset,
                "its client reads the value from a file only, and Windows has no file that is standard input");
        }

        var values = new PresetValues(parameters);
        return CommandDestination.Of(settings with { Run = found.Line(values), EnvironmentName = null }, found.Way(values));
    }

    private static Failure? Fault(CommandPreset preset, IReadOnlyDictionary<string, string> parameters)
    {
        if (parameters.Keys.FirstOrDefault(name => preset.Parameters.All(parameter => parameter.Name != name)) is { } unknown)
        {
            return Failure.Of(
                DiagnosticDescriptors.UnknownArgument,
                $"The parameter of the preset {preset.Name}",
                Processes.ProgramLine.Of([unknown]),
                $"There are: {string.Join(", ", preset.Parameters.Select(parameter => parameter.Name))}.");
        }

        foreach (PresetParameter parameter in preset.Parameters)
        {
            if (!parameters.TryGetValue(parameter.Name, out string? value))
            {
                if (parameter.IsRequired)
                {
                    return Failure.Of(
                        DiagnosticDescriptors.SettingMissing, $"The parameter {parameter.Name} of the preset {preset.Name}",
                        parameter.Description.TrimEnd('.'));
                }

                continue;
            }

            // A value that begins with a dash would be an option of the client; the rest keeps out of JSON and of every client's own
            // syntax.
            string fault =
                value.Length is 0 or > LongestValue ? $"it needs 1 to {LongestValue} characters" :
                value[0] == '-' ? "it begins with a dash" :
                value.Any(character => !char.IsAsciiLetterOrDigit(character) && !"-_./:@".Contains(character, StringComparison.Ordinal))
                    ? "it has letters, digits and -_./:@ only" : string.Empty;
            if (fault.Length > 0)
            {
                return Failure.Of(
                    DiagnosticDescriptors.SettingInvalid, $"The parameter {parameter.Name} of the preset {preset.Name}",
                    Processes.ProgramLine.Of([value]), fault);
            }
        }

        return null;
    }

    private static string KeyOf(PresetValues values) => values.Find("key") ?? "token";
}
