using System.Text.Json.Nodes;
using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Secrets;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Destinations.Cluster;

/// <summary>A key of a Secret in the cluster, written through the API server with the pod's service account.</summary>
public sealed class ClusterSecretTests
{
    private const string Another = "another-token-of-the-team-0001";
    private const string Path = "/api/v1/namespaces/prod/secrets/sysdig";
    private const string Patch = $"PATCH {Path}?fieldManager=sectoken";
    private const string Rehearsal = $"PATCH {Path}?fieldManager=sectoken&dryRun=All";

    [Fact]
    public async Task The_key_gets_the_token_and_its_fingerprint_in_one_change_and_the_rest_of_the_Secret_stays()
    {
        await using Pod pod = await Pod.StartAsync();
        pod.Cluster.CreateSecret(Pod.Namespace, Pod.Secret, "other value", "other");
        Destination destination = pod.Destination();
        Assert.Null(destination.Check());
        Assert.False(destination.IsOccupied().Value);
        Assert.Null(destination.ReadToken().Value);
        Assert.True(pod.Inject(destination: destination).Value);
        Assert.Equal((CurrentToken.Value, "other value"), (pod.Value(), pod.Value("other")));
        JsonObject secret = pod.Cluster.ReadSecret(Pod.Namespace, Pod.Secret);
        Assert.Equal(CurrentToken.Fingerprint, secret["metadata"]!["annotations"]!["sectoken.build/fingerprint.token"]!.GetValue<string>());
        Assert.Equal(1, pod.Writes);

        Assert.False(pod.Inject(destination: destination).Value);
        Assert.Equal([$"GET {Path}", $"GET {Path}", $"GET {Path}", Patch, $"GET {Path}"], pod.Cluster.Requests);
        using Token? read = destination.ReadToken().Value;
        Assert.True(read!.Matches(System.Text.Encoding.ASCII.GetBytes(CurrentToken.Value)));
        Assert.Equal(("kubernetes-api", $"prod/sysdig at {pod.Cluster.Address.GetLeftPart(UriPartial.Authority)}", "token"), (destination.Kind, destination.Location, destination.Slot));
    }

    [Fact]
    public async Task Two_keys_have_a_token_each_and_one_is_removed_alone()
    {
        await using Pod pod = await Pod.StartAsync();
        pod.Cluster.CreateSecret(Pod.Namespace, Pod.Secret);
        Destination header = pod.Destination("header", "Bearer {token}");
        Assert.True(pod.Inject(Another).Value);
        Assert.True(pod.Inject(destination: header).Value);
        Assert.Equal((Another, "Bearer " + CurrentToken.Value), (pod.Value(), pod.Value("header")));
        Assert.True(header.Remove(CancellationToken.None).Value);
        Assert.False(header.Remove(CancellationToken.None).Value);
        Assert.Equal((Another, null), (pod.Value(), pod.Value("header")));
        Assert.Single((JsonObject)pod.Cluster.ReadSecret(Pod.Namespace, Pod.Secret)["metadata"]!["annotations"]!);
    }

    [Fact]
    public async Task A_Secret_that_is_current_is_not_written_but_the_right_to_write_is_tried_once()
    {
        await using Pod pod = await Pod.StartAsync();
        pod.Cluster.CreateSecret(Pod.Namespace, Pod.Secret);
        pod.Inject();
        Destination next = pod.Destination();
        int asked = pod.Cluster.Requests.Count;
        Assert.False(pod.Inject(destination: next).Value);
        Assert.False(pod.Inject(destination: next).Value);
        Assert.Equal([$"GET {Path}", Rehearsal, $"GET {Path}"], pod.Cluster.Requests.Skip(asked));
        Assert.Equal(1, pod.Writes);
    }

    [Fact]
    public async Task Of_two_that_bring_the_same_token_one_writes_and_the_other_finds_it_there()
    {
        await using Pod pod = await Pod.StartAsync();
        pod.Cluster.CreateSecret(Pod.Namespace, Pod.Secret, Another);
        using var bothHaveRead = new Barrier(2);
        int reads = 0;
        pod.Cluster.Before = context => Task.Run(() =>
        {
            if (context.Request.Method == "PATCH" && Interlocked.Increment(ref reads) <= 2)
            {
                bothHaveRead.SignalAndWait();
            }
        });
        Result<bool>[] results = await Task.WhenAll(Task.Run(() => pod.Inject()), Task.Run(() => pod.Inject()));
        Assert.Equal([false, true], results.Select(result => result.Value).Order());
        Assert.Equal((1, CurrentToken.Value), (pod.Writes, pod.Value()));
    }

    [Fact]
    public async Task A_change_of_something_else_meanwhile_is_kept()
    {
        await using Pod pod = await Pod.StartAsync();
        pod.Cluster.CreateSecret(Pod.Namespace, Pod.Secret, Another);
        int patches = 0;
        pod.Cluster.Before = context =>
        {
            if (context.Request.Method == "PATCH" && ++patches == 1)
            {
                pod.Cluster.PatchSecret(Pod.Namespace, Pod.Secret, JsonNode.Parse("""{"metadata":{"labels":{"app":"x"}}}""")!.AsObject());
            }

            return Task.CompletedTask;
        };
        Assert.True(pod.Inject().Value);
        Assert.Equal(CurrentToken.Value, pod.Value());
        Assert.Equal("x", pod.Cluster.ReadSecret(Pod.Namespace, Pod.Secret)["metadata"]!["labels"]!["app"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_token_that_someone_else_writes_meanwhile_may_be_newer_and_is_not_overwritten()
    {
        await using Pod pod = await Pod.StartAsync();
        pod.Cluster.CreateSecret(Pod.Namespace, Pod.Secret, Another);
        pod.Cluster.Before = context =>
        {
            if (context.Request.Method == "PATCH")
            {
                pod.Cluster.PatchSecret(Pod.Namespace, Pod.Secret, JsonNode.Parse("""{"data":{"token":"bmV3ZXI="}}""")!.AsObject());
            }

            return Task.CompletedTask;
        };
        Assert.Equal(DiagnosticDescriptors.ClusterConflict, pod.Inject().Failure!.Descriptor);
        Assert.Equal("newer", pod.Value());
    }

    [Fact]
    public async Task A_Secret_that_never_rests_is_given_up()
    {
        await using Pod pod = await Pod.StartAsync();
        pod.Cluster.CreateSecret(Pod.Namespace, Pod.Secret, Another);
        int patches = 0;
        pod.Cluster.Before = context =>
        {
            if (context.Request.Method == "PATCH")
            {
                pod.Cluster.PatchSecret(Pod.Namespace, Pod.Secret, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["round"] = $"{++patches}" } } });
            }

            return Task.CompletedTask;
        };
        Failure failure = pod.Inject().Failure!;
        Assert.Equal((DiagnosticDescriptors.ClusterConflict, 5, Another), (failure.Descriptor, patches, pod.Value()));
        Assert.Contains("changed 5 times", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("patch", "get")]
    [InlineData("get", "patch")]
    public async Task A_Role_without_a_verb_is_told_with_the_verb_and_the_rule_that_is_missing(string allowed, string missing)
    {
        await using Pod pod = await Pod.StartAsync(allowed);
        pod.Cluster.CreateSecret(Pod.Namespace, Pod.Secret, Another);
        Failure failure = pod.Inject().Failure!;
        Assert.Equal(DiagnosticDescriptors.ClusterForbidden, failure.Descriptor);
        Assert.Contains($"may not {missing} the Secret prod/sysdig (status 403", failure.Message, StringComparison.Ordinal);
        Assert.Contains("resourceNames [sysdig]", failure.NextStep, StringComparison.Ordinal);
        Assert.Equal((0, Another), (pod.Writes, pod.Value()));
    }

    [Fact]
    public async Task A_missing_right_to_write_is_noticed_before_there_is_something_to_write()
    {
        await using Pod pod = await Pod.StartAsync("get");
        pod.Cluster.CreateSecret(Pod.Namespace, Pod.Secret, CurrentToken.Value);
        pod.Cluster.PatchSecret(
            Pod.Namespace, Pod.Secret,
            new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["sectoken.build/fingerprint.token"] = CurrentToken.Fingerprint } } });
        Assert.Equal(DiagnosticDescriptors.ClusterForbidden, pod.Inject().Failure!.Descriptor);
        Failure rehearsed = pod.Destination().Rehearse(CancellationToken.None)!;
        Assert.Equal(DiagnosticDescriptors.ClusterForbidden, rehearsed.Descriptor);
        Assert.Contains("cannot patch resource", rehearsed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Secret_that_does_not_exist_is_told_and_not_created()
    {
        await using Pod pod = await Pod.StartAsync();
        Failure failure = pod.Inject().Failure!;
        Assert.Equal(DiagnosticDescriptors.ClusterSecretMissing, failure.Descriptor);
        Assert.Contains("kubectl create secret generic sysdig --namespace prod", failure.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain(pod.Cluster.Requests, request => request.StartsWith("POST", StringComparison.Ordinal));
        Assert.False(pod.Destination().Remove(CancellationToken.None).Value);
    }

    [Fact]
    public async Task A_service_account_token_that_has_expired_is_told_after_one_request()
    {
        await using Pod pod = await Pod.StartAsync();
        pod.Cluster.CreateSecret(Pod.Namespace, Pod.Secret);
        pod.Cluster.Expire(pod.Token);
        Assert.Equal(DiagnosticDescriptors.ServiceAccountRefused, pod.Inject().Failure!.Descriptor);
        Assert.Single(pod.Cluster.Requests);
    }

    [Fact]
    public async Task A_service_account_token_that_is_renewed_is_read_again()
    {
        await using Pod pod = await Pod.StartAsync();
        pod.Cluster.CreateSecret(Pod.Namespace, Pod.Secret);
        pod.Cluster.Before = context =>
        {
            if (context.Request.Method == "PATCH" && context.Request.Headers.Authorization.ToString() == "Bearer " + pod.Token)
            {
                pod.Cluster.Expire(pod.Token);
                pod.Cluster.WriteServiceAccount(pod.Account, Pod.Namespace, pod.Cluster.IssueToken(Pod.Namespace, "sectoken"));
            }

            return Task.CompletedTask;
        };
        Assert.True(pod.Inject().Value);
        Assert.Equal([$"GET {Path}", Patch, Patch], pod.Cluster.Requests);
        Assert.Equal(1, pod.Writes);
    }

    [Fact]
    public async Task An_immutable_Secret_is_refused_without_a_write()
    {
        await using Pod pod = await Pod.StartAsync();
        pod.Cluster.CreateSecret(Pod.Namespace, Pod.Secret, Another, isImmutable: true);
        Failure failure = pod.Inject().Failure!;
        Assert.Equal(DiagnosticDescriptors.ClusterPatchRefused, failure.Descriptor);
        Assert.Contains("immutable", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(pod.Cluster.Requests, request => request.StartsWith("PATCH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Outside_of_a_pod_it_is_refused_before_anything_is_requested()
    {
        await using Pod pod = await Pod.StartAsync();
        Destination destination = pod.Destination();
        Assert.Null(destination.Check());
        foreach (string file in (string[])["token", "ca.crt", "namespace"])
        {
            string path = System.IO.Path.Combine(pod.Account, file);
            string content = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
            File.Delete(path);
            Failure failure = destination.Check()!;
            Assert.Equal(DiagnosticDescriptors.NotInCluster, failure.Descriptor);
            Assert.Contains(path, failure.Message, StringComparison.Ordinal);
            await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);
        }

        pod.Environment.Remove("KUBERNETES_SERVICE_HOST");
        Assert.Contains("KUBERNETES_SERVICE_HOST is not set", destination.Check()!.Message, StringComparison.Ordinal);
        Assert.Empty(pod.Cluster.Requests);
    }

    [Fact]
    public async Task A_proxy_of_the_environment_never_sees_the_service_account()
    {
        await using Pod pod = await Pod.StartAsync();
        await using FaultServer proxy = FaultServer.Answering(502, "text/plain", "no");
        pod.Environment["HTTPS_PROXY"] = proxy.BaseUrl;
        pod.Environment["KUBERNETES_SERVICE_HOST"] = "kubernetes.invalid";
        pod.Transport = pod.Transport with { Environment = pod.Environment.GetValueOrDefault, Deadline = TimeSpan.FromSeconds(2) };
        Assert.Equal(DiagnosticDescriptors.ClusterUnavailable, pod.Inject().Failure!.Descriptor);
        Assert.Empty(proxy.Requests);
    }
}
