namespace SecureToken.Core.Settings;

/// <summary>Everything that can be in <c>sectoken.json</c>.</summary>
internal static class Shapes
{
    /// <summary>The member that says which kind of destination an object is.</summary>
    public const string Kind = "kind";

    private static readonly MemberShape Value = new(
        "value", Form.Text, "What is stored, {token} standing for the token, for example \"Bearer {token}\". Default: the token alone.");
    private static readonly MemberShape Reloads = new(
        "reloads", Form.Flag,
        "Whether the programs that read this copy take a new token without a restart. Default: true for user-secrets, else false.");
    private static readonly MemberShape Key = new(
        "key", Form.Text, "The configuration key, parts separated by colons. Default: Sysdig:SecureApiToken.");
    private static readonly MemberShape Path = new("path", Form.Text, "The file, relative to this one.") { IsRequired = true };

    /// <summary>The kinds of destination.</summary>
    public static readonly IReadOnlyList<ObjectShape> Destinations =
    [
        new("user-secrets", "The user-secrets of a project.",
        [
            new("project", Form.Text, "The project file, relative to this one; its UserSecretsId is taken."),
            new("id", Form.Text, "The id of the user-secrets."),
            Key, Value, Reloads,
        ]) { OneOf = ["project", "id"] },
        new("json", "A JSON file of settings.", [Path, Key, Value, Reloads]),
        new("dotenv", "A file of NAME=value lines.",
        [
            Path,
            new("name", Form.TextOrTexts, "The name, or several names, of the variable. Default: Sysdig__SecureApiToken."),
            Value, Reloads,
        ]),
        new("kubernetes", "A manifest of a Kubernetes Secret.",
        [
            Path,
            new("secret", Form.Text, "The name of the Secret.") { IsRequired = true },
            new("namespace", Form.Text, "Its namespace."),
            new("key", Form.Text, "The key in it. Default: token."),
            new("form", Form.Text,
                "Where a new key goes. Default: where the Secret has keys already, else stringData.") { Choices = ["data", "stringData"] },
            Value, Reloads,
        ]),
        new("kubernetes-api", "A Secret in the cluster of the pod that runs the tool, patched through the API server.",
        [
            new("secret", Form.Text, "The name of the Secret, which must exist.") { IsRequired = true },
            new("namespace", Form.Text, "Its namespace. Default: that of the pod."),
            new("key", Form.Text, "The key in it. Default: token."),
            Value, Reloads,
        ]),
        new("github", "GitHub Actions: the environment of later steps, or an output of this one; masked in the log.",
        [
            new("name", Form.Text, "The name of the variable or output.") { IsRequired = true },
            new("to", Form.Text, "Default: env.") { Choices = ["env", "output"] },
            Value,
        ]),
        new("azure-pipelines", "Azure Pipelines: a secret variable of later steps; masked in the log.",
        [
            new("name", Form.Text, "The name of the variable.") { IsRequired = true },
            new("output", Form.Flag, "Whether later jobs can use it too. Default: false."),
            Value,
        ]),
        new("gitlab", "GitLab CI: a file that holds the value alone, for later commands of the job.",
        [
            Path,
            new("report", Form.Text, "Refused when it is dotenv: such a report can be downloaded.") { Choices = ["none", "dotenv"] },
            Value,
        ]),
        new("tekton", "Tekton: a file in a workspace that holds the value alone.", [Path, Value]),
        new("command", "A program that gets the value on standard input.",
        [
            new("run", Form.Texts, "The program and its arguments."),
            new("preset", Form.Text, "A program that is known.") { Choices = Presets },
            new("with", Form.TextMap, "What the preset needs."),
            new("environment", Form.Text, "Gives the value in this variable of its environment instead; not of a preset."),
            new("timeoutSeconds", Form.Number, "How long the program may take. Default: 60."),
            Value, Reloads,
        ]) { OneOf = ["run", "preset"] },
    ];

    /// <summary>The whole file.</summary>
    public static readonly ObjectShape Root = new("sectoken.json", "Where a repository's Secure API tokens go. There is no secret in it.",
    [
        new("$schema", Form.Text, "The schema of this file."),
        .. Scope,
        new("iamEndpoint", Form.Text, "IAM, if it is not IBM Cloud's public one."),
        new("tokens", Form.Objects, "The tokens, one for each team.")
        {
            IsRequired = true,
            Of = new("token", "One team's token and where it goes.",
            [
                new("team", Form.TextOrNumber, "The team, by id or name."),
                .. Scope,
                new("destinations", Form.Objects, "The places that hold a copy.") { IsRequired = true, Kinds = Destinations },
            ]),
        },
        new("reset", Form.Object,
            "A request that resets the token, for an instance that has one. Nothing is guessed, and it is sent exactly once.")
        {
            Of = new("reset", "The request.",
            [
                new("method", Form.Text, "The method.") { IsRequired = true, Choices = ["POST", "PUT", "PATCH", "DELETE"] },
                new("path", Form.Text, "The path below the endpoint.") { IsRequired = true },
            ]),
        },
    ]);

    private static MemberShape[] Scope =>
    [
        new("region", Form.Text, "The region of the instance, for example eu-de."),
        new("endpoint", Form.Text, "The base URL of the region, instead of it."),
        new("instance", Form.Text, "The instance: GUID or CRN."),
        new("verify", Form.Text, "Whether the token is asked which team it belongs to. Default: require.") { Choices = VerifyWords.All },
    ];

    private static IReadOnlyList<string> Presets =>
        ["gh", "kubectl", "vault", "az-keyvault", "ibmcloud-code-engine", "ibmcloud-secrets-manager", "docker-swarm"];
}
