using System.Diagnostics;
using System.Globalization;
using System.Text;
using k8s;
using k8s.Autorest;
using k8s.Models;
using SecureToken.TestSupport;
using SecureToken.TestSupport.Cluster;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>
/// samples/Kubernetes with the real kubectl: its manifests are applied, and the tool runs as its Deployment would run it. What it may do is
/// decided by the Role of the sample.
/// </summary>
[Trait("System", "Unix")]
[Trait("Needs", "kubectl")]
public sealed class KubernetesSampleTests : IAsyncLifetime
{
    private static readonly string Sample = Path.Combine(Repository.Root, "samples", "Kubernetes");
    private ToolFixture _tool = null!;
    private ClusterStandIn _cluster = null!;
    private string _account = string.Empty;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _tool = await ToolFixture.StartAsync();
        _cluster = await ClusterStandIn.StartAsync();
        _cluster.WriteKubeconfig(_tool.At("admin.kubeconfig"), _cluster.AdminToken);
        _account = _cluster.IssueToken("prod", "sectoken");
        _cluster.WriteKubeconfig(_tool.At("pod.kubeconfig"), _account);
        _cluster.WriteServiceAccount(_tool.At("account"), "prod", _account);
        _tool.Protect("the token of the service account", _account);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _tool.DisposeAsync();
    }

    [Fact]
    public async Task The_manifests_keep_one_Secret_current_whoever_resets_the_token_and_two_watchers_write_it_once()
    {
        await ApplyAsync("secret.yaml", "access.yaml", "watch.yaml");
        await BecomePodAsync();
        string[] watch = [.. await ArgumentsAsync(), "--interval", "5"];
        using Process first = _tool.Start(new ToolCall(watch) { Through = ["env", "-u", "HOME"] });
        using Process second = _tool.Start(new ToolCall(watch) { Through = ["env", "-u", "HOME"] });
        try
        {
            string[] begun = await Task.WhenAll(NextAsync(first), NextAsync(second));
            Assert.Equal(["1 unchanged", "1 written"], begun.Select(line => line.Split(": ")[^1]).Order());
            Assert.Equal(_tool.Token, await TokenInClusterAsync());
            Assert.Contains(await FingerprintInClusterAsync(), begun[0], StringComparison.Ordinal);

            _tool.Protect("the old token", _tool.Token);
            string born = _tool.Emulator.ResetToken(ToolFixture.TeamId);
            string[] followed = await Task.WhenAll(NextAsync(first), NextAsync(second));
            Assert.Equal(["1 unchanged", "1 written"], followed.Select(line => line.Split(": ")[^1]).Order());
            Assert.Equal(born, await TokenInClusterAsync());
            Assert.Contains("-> " + await FingerprintInClusterAsync(), followed[0], StringComparison.Ordinal);
            Assert.Equal(2, _cluster.WritesOf("prod", "sysdig"));

            // Whoever applies the manifests again, as a pipeline does, does not take the token away.
            await ApplyAsync("secret.yaml", "access.yaml", "watch.yaml");
            Assert.Equal(born, await TokenInClusterAsync());
        }
        finally
        {
            first.Kill();
            second.Kill();
        }

        ToolRun status = (await _tool.RunAsync("status", "sectoken.json")).Succeeds();
        Assert.Matches(@"current  kubernetes-api  prod/sysdig at https://127\.0\.0\.1:\d+  token  reloads", status.Output);
    }

    [Fact]
    public async Task The_Role_allows_get_and_patch_of_the_one_Secret_and_nothing_else()
    {
        await ApplyAsync("secret.yaml", "access.yaml", "watch.yaml");
        _cluster.CreateSecret("prod", "other", "somebody else's");
        await KubectlAsync("pod", "get", "secret", "sysdig", "-n", "prod");
        await KubectlAsync("pod", "patch", "secret", "sysdig", "-n", "prod", "--type", "merge", "-p", """{"data":{"x":"eA=="}}""");
        foreach (string[] forbidden in (string[][])
        [
            ["get", "secret", "other", "-n", "prod"],
            ["get", "secrets", "-n", "prod"],
            ["delete", "secret", "sysdig", "-n", "prod"],
            ["create", "secret", "generic", "mine", "-n", "prod"],
            ["patch", "secret", "other", "-n", "prod", "-p", """{"data":{"x":"eA=="}}"""],
            ["get", "secret", "sysdig", "-n", "default"],
        ])
        {
            CommandResult refused = await RunKubectlAsync("pod", forbidden);
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("is forbidden: User \"system:serviceaccount:prod:sectoken\" cannot", refused.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Kubectl_is_refused_where_the_tool_is_a_change_for_an_older_version_an_immutable_Secret_and_a_dead_token()
    {
        await ApplyAsync("secret.yaml", "access.yaml");
        CommandResult conflict = await RunKubectlAsync(
            "admin", "patch", "secret", "sysdig", "-n", "prod", "-p", """{"metadata":{"resourceVersion":"1"},"data":{"x":"eA=="}}""");
        Assert.Contains("Error from server (Conflict)", conflict.Error, StringComparison.Ordinal);
        _cluster.CreateSecret("prod", "frozen", "x", isImmutable: true);
        CommandResult invalid = await RunKubectlAsync("admin", "patch", "secret", "frozen", "-n", "prod", "-p", """{"data":{"x":"eA=="}}""");
        Assert.Contains("field is immutable", invalid.Error, StringComparison.Ordinal);
        Assert.Contains("NotFound", (await RunKubectlAsync("admin", "get", "secret", "nowhere", "-n", "prod")).Error, StringComparison.Ordinal);
        _cluster.Expire(_account);
        Assert.Contains("Unauthorized", (await RunKubectlAsync("pod", "get", "secret", "sysdig", "-n", "prod")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_preset_kubectl_writes_and_what_the_API_destination_writes_is_the_same()
    {
        await ApplyAsync("secret.yaml", "access.yaml", "watch.yaml");
        await BecomePodAsync();
        _tool.Write(
            "preset/sectoken.json",
            """{"tokens":[{"team":"payments","destinations":[{"kind":"command","preset":"kubectl","with":{"secret":"sysdig","namespace":"prod"}}]}]}""");
        _tool.Set("KUBECONFIG", _tool.At("admin.kubeconfig"));
        (await _tool.RunAsync("inject", "preset/sectoken.json")).Succeeds();
        Assert.Equal(_tool.Token, await TokenInClusterAsync());
        int writes = _cluster.WritesOf("prod", "sysdig");
        Assert.Contains("unchanged kubernetes-api", (await _tool.RunAsync("inject", "sectoken.json")).Succeeds().Error, StringComparison.Ordinal);
        Assert.Equal(writes, _cluster.WritesOf("prod", "sysdig"));
    }

    [Fact]
    public async Task A_pod_whose_Role_is_missing_ends_with_what_to_do()
    {
        await ApplyAsync("secret.yaml", "watch.yaml");
        await BecomePodAsync();
        ToolRun run = await _tool.RunAsync("inject", "sectoken.json");
        run.FailsWith(15, "SECTOK664");
        Assert.Contains("verbs get and patch for resourceNames [sysdig]", run.Error, StringComparison.Ordinal);
        await ApplyAsync("access.yaml");
        (await _tool.RunAsync("inject", "sectoken.json")).Succeeds();
        Assert.Equal(_tool.Token, await TokenInClusterAsync());
    }

    [Fact]
    public async Task The_manifests_for_External_Secrets_and_its_settings_file_are_whole()
    {
        await ApplyAsync("external-secrets.yaml");
        Assert.Equal("sysdig", (await KubectlAsync("admin", "get", "externalsecret", "sysdig", "-n", "prod", "-o", "jsonpath={.spec.target.name}")).Output);
        File.Copy(Path.Combine(Sample, "central.sectoken.json"), _tool.At("central.sectoken.json"));
        _tool.Set("SECTOKEN_TEAM", null);
        ToolRun run = await _tool.RunAsync("inject", "central.sectoken.json", "--explain");
        Assert.Contains("ibmcloud secrets-manager secret-version-create", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_official_client_reads_the_manifests_strictly_and_the_pod_may_do_little()
    {
        object[] objects =
        [
            .. ((string[])["secret.yaml", "access.yaml", "watch.yaml"])
                .SelectMany(file => KubernetesYaml.LoadAllFromString(File.ReadAllText(Path.Combine(Sample, file)), strict: true)),
        ];
        V1PodSpec pod = Assert.Single(objects.OfType<V1Deployment>()).Spec.Template.Spec;
        V1Container container = Assert.Single(pod.Containers);
        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.True(pod.SecurityContext.RunAsUser > 0);
        Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
        Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
        V1PolicyRule rule = Assert.Single(Assert.Single(objects.OfType<V1Role>()).Rules);
        Assert.Equal(["sysdig"], rule.ResourceNames);
        Assert.Equal(["get", "patch"], rule.Verbs);
        V1ServiceAccountTokenProjection token = pod.Volumes.Select(volume => volume.Projected).OfType<V1ProjectedVolumeSource>().Single().Sources[0].ServiceAccountToken;
        Assert.Equal(("iam", "sa-token"), (token.Audience, token.Path));

        // As a second opinion of the stand-in: what this client and kubectl take for an API server, the tool may take for one.
        using var client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(_tool.At("admin.kubeconfig")));
        foreach (object one in objects)
        {
            switch (one)
            {
                case V1Secret secret: await client.CoreV1.CreateNamespacedSecretAsync(secret, "prod", cancellationToken: Stop); break;
                case V1Role role: await client.RbacAuthorizationV1.CreateNamespacedRoleAsync(role, "prod", cancellationToken: Stop); break;
                case V1RoleBinding binding: await client.RbacAuthorizationV1.CreateNamespacedRoleBindingAsync(binding, "prod", cancellationToken: Stop); break;
                case V1ConfigMap map: await client.CoreV1.CreateNamespacedConfigMapAsync(map, "prod", cancellationToken: Stop); break;
            }
        }

        await BecomePodAsync();
        (await _tool.RunAsync("inject", "sectoken.json")).Succeeds();
        using var own = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(_tool.At("pod.kubeconfig")));
        V1Secret read = await own.CoreV1.ReadNamespacedSecretAsync("sysdig", "prod", cancellationToken: Stop);
        Assert.Equal(_tool.Token, Encoding.UTF8.GetString(read.Data["token"]));
        Assert.Equal("Opaque", read.Type);
        var stale = new V1Patch("""{"metadata":{"resourceVersion":"1"},"data":{"x":"eA=="}}""", V1Patch.PatchType.MergePatch);
        HttpOperationException conflict = await Assert.ThrowsAsync<HttpOperationException>(
            () => own.CoreV1.PatchNamespacedSecretAsync(stale, "sysdig", "prod", cancellationToken: Stop));
        Assert.Equal(System.Net.HttpStatusCode.Conflict, conflict.Response.StatusCode);
    }

    /// <summary>The environment that the Deployment gives, with the addresses of the test for those of the cloud.</summary>
    private async Task BecomePodAsync()
    {
        string settings = (await KubectlAsync("admin", "get", "configmap", "sectoken", "-n", "prod", "-o", @"jsonpath={.data.sectoken\.json}")).Output;
        _tool.Write("sectoken.json", settings);
        _tool.Write("tokens/sa-token", _tool.Emulator.ComputeResourceToken);
        _tool.Set("SECTOKEN_API_KEY", null).Set("SECTOKEN_TEAM", null)
            .Set("IBMCLOUD_CR_TOKEN", "@" + _tool.At("tokens/sa-token"))
            .Set("SECTOKEN_IAM_PROFILE", _tool.Emulator.ProfileName)
            .Set("SECTOKEN_SERVICE_ACCOUNT_DIR", _tool.At("account"))
            .Set("KUBERNETES_SERVICE_HOST", _cluster.Address.Host)
            .Set("KUBERNETES_SERVICE_PORT", _cluster.Address.Port.ToString(CultureInfo.InvariantCulture));
    }

    private async Task<string[]> ArgumentsAsync()
    {
        string arguments = (await KubectlAsync(
            "admin", "get", "deployment", "sectoken", "-n", "prod", "-o", "jsonpath={.spec.template.spec.containers[0].args[*]}")).Output;
        Assert.Equal("watch /etc/sectoken/sectoken.json", arguments);
        return arguments.Replace("/etc/sectoken", _tool.Work, StringComparison.Ordinal).Split(' ');
    }

    private async Task ApplyAsync(params string[] files)
    {
        foreach (string file in files)
        {
            await KubectlAsync("admin", "apply", "-f", Path.Combine(Sample, file));
        }
    }

    private async Task<string> TokenInClusterAsync() => Encoding.UTF8.GetString(Convert.FromBase64String(
        (await KubectlAsync("pod", "get", "secret", "sysdig", "-n", "prod", "-o", "jsonpath={.data.token}")).Output));

    private async Task<string> FingerprintInClusterAsync() => (await KubectlAsync(
        "pod", "get", "secret", "sysdig", "-n", "prod", "-o", @"jsonpath={.metadata.annotations.sectoken\.build/fingerprint\.token}")).Output;

    private async Task<CommandResult> KubectlAsync(string who, params string[] arguments) => (await RunKubectlAsync(who, arguments)).Exits(0);

    private Task<CommandResult> RunKubectlAsync(string who, params string[] arguments) =>
        _tool.OtherAsync("kubectl", ["--kubeconfig", _tool.At($"{who}.kubeconfig"), .. arguments]);

    private async Task<string> NextAsync(Process process)
    {
        string line = (await process.StandardError.ReadLineAsync(Stop).AsTask().WaitAsync(TimeSpan.FromMinutes(1), Stop))!;
        _tool.AssertNoSecret(line);
        return line;
    }
}
