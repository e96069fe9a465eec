using System.Text;
using SecureToken.Core.Destinations.Cluster;
using SecureToken.Core.Diagnostics;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Destinations.Cluster;

/// <summary>An API server that is slow, or none, or wants something that it must not get.</summary>
public sealed class HostileClusterTests
{
    private static readonly string Base64 = Convert.ToBase64String(Encoding.ASCII.GetBytes(CurrentToken.Value));

    public static TheoryData<string, string> UselessAnswers => new()
    {
        { "200", "<html>login</html>" },
        { "200", "{}" },
        { "200", """{"kind":"Secret","metadata":{"name":"another","resourceVersion":"1"}}""" },
        { "200", """{"kind":"Secret","metadata":{"name":"sysdig"}}""" },
        { "200", """{"kind":"Secret","metadata":{"name":"sysdig","resourceVersion":"1\",\"x\":\"y"}}""" },
        { "200", """{"kind":"Secret","metadata":{"name":"sysdig","resourceVersion":"1"},"data":{"token":"%%%"}}""" },
        { "200", """{"kind":"Secret","kind":"Secret","metadata":{"name":"sysdig","resourceVersion":"1"}}""" },
        { "200", """{"kind":"Secret","metadata":{"name":"sysdig","resourceVersion":"1"}}""" + new string(' ', 5 * 1024 * 1024) },
        { "500", "{}" },
        { "302", "{}" },
        { "429", "{}" },
    };

    [Theory]
    [MemberData(nameof(UselessAnswers))]
    public async Task An_answer_that_is_no_answer_about_the_Secret_is_told_and_nothing_is_sent(string status, string body)
    {
        await using Pod pod = await Pod.StartAsync();
        using var certificate = Certificates.SelfSigned();
        await using FaultServer server = Answering(pod, certificate, _ => (status, body));
        pod.Transport = pod.Transport with { Deadline = TimeSpan.FromMilliseconds(500) };
        Failure failure = pod.Inject().Failure!;
        Assert.Equal(DiagnosticDescriptors.ClusterUnavailable, failure.Descriptor);
        Assert.DoesNotContain(server.Requests, request => request.StartsWith("PATCH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_redirection_is_not_followed()
    {
        await using Pod pod = await Pod.StartAsync();
        await using FaultServer elsewhere = FaultServer.Answering(200, "application/json", "{}");
        using var certificate = Certificates.SelfSigned();
        await using FaultServer server = FaultServer.Behaving(
            (_, stream, stop) => stream.WriteAsync(
                Encoding.ASCII.GetBytes($"HTTP/1.1 307 X\r\nLocation: {elsewhere.BaseUrl}/\r\nContent-Length: 0\r\n\r\n"), stop).AsTask(), certificate);
        Trust(pod, certificate, server);
        Assert.Equal(DiagnosticDescriptors.ClusterUnavailable, pod.Inject().Failure!.Descriptor);
        Assert.Empty(elsewhere.Requests);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task An_API_server_that_does_not_answer_in_time_is_given_up()
    {
        await using Pod pod = await Pod.StartAsync();
        pod.Cluster.CreateSecret(Pod.Namespace, Pod.Secret);
        using var end = new CancellationTokenSource();
        pod.Cluster.Before = _ => Task.Delay(Timeout.Infinite, end.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        pod.Transport = pod.Transport with { Attempt = TimeSpan.FromMilliseconds(100), Deadline = TimeSpan.FromMilliseconds(300) };
        Failure failure = pod.Inject().Failure!;
        await end.CancelAsync();
        Assert.Equal(DiagnosticDescriptors.ClusterUnavailable, failure.Descriptor);
        Assert.Contains("SECTOK662", failure.Code, StringComparison.Ordinal);
        Assert.Equal(0, pod.Writes);
    }

    [Fact]
    public async Task A_change_whose_answer_is_lost_is_sent_again_and_made_once()
    {
        await using Pod pod = await Pod.StartAsync();
        pod.Cluster.CreateSecret(Pod.Namespace, Pod.Secret);
        int patches = 0;
        pod.Cluster.After = context =>
        {
            if (context.Request.Method == "PATCH" && ++patches == 1)
            {
                context.Abort();
            }
        };
        Result<bool> result = pod.Inject();
        Assert.Null(result.Failure);
        Assert.Equal((1, CurrentToken.Value), (pod.Writes, pod.Value()));
        Assert.True(patches >= 2);
    }

    [Fact]
    public async Task Only_the_authority_of_the_cluster_is_trusted()
    {
        await using Pod pod = await Pod.StartAsync();
        pod.Cluster.CreateSecret(Pod.Namespace, Pod.Secret);
        using var other = Certificates.SelfSigned();
        await File.WriteAllTextAsync(Path.Combine(pod.Account, "ca.crt"), other.ExportCertificatePem(), TestContext.Current.CancellationToken);
        Assert.Equal(DiagnosticDescriptors.ClusterUnavailable, pod.Inject().Failure!.Descriptor);
        Assert.Empty(pod.Cluster.Requests);
    }

    [Fact]
    public async Task A_refusal_that_repeats_what_was_sent_is_told_without_it()
    {
        await using Pod pod = await Pod.StartAsync();
        using var certificate = Certificates.SelfSigned();
        foreach (string status in (string[])["403", "422", "400"])
        {
            await using FaultServer server = Answering(pod, certificate, request => request.StartsWith("GET", StringComparison.Ordinal)
                ? ("200", """{"kind":"Secret","metadata":{"name":"sysdig","resourceVersion":"1"}}""")
                : (status, $$"""{"kind":"Status","message":"denied: {{Base64}} and {{CurrentToken.Value}}","reason":"Invalid"}"""));
            Failure failure = pod.Inject().Failure!;
            Assert.Contains($"status {status}", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_Secret_that_an_admission_webhook_changes_is_not_called_written()
    {
        await using Pod pod = await Pod.StartAsync();
        using var certificate = Certificates.SelfSigned();
        await using FaultServer server = Answering(
            pod, certificate, _ => ("200", """{"kind":"Secret","metadata":{"name":"sysdig","resourceVersion":"1"},"data":{"token":"b3RoZXI="}}"""));
        Assert.Equal(DiagnosticDescriptors.ClusterSecretNotKept, pod.Inject().Failure!.Descriptor);
    }

    [Theory]
    [InlineData("10.0.0.1", "443", "https://10.0.0.1/")]
    [InlineData("fd00::1", "6443", "https://[fd00::1]:6443/")]
    [InlineData("kubernetes.default.svc", null, "https://kubernetes.default.svc/")]
    [InlineData("user@elsewhere.example", "443", null)]
    [InlineData("elsewhere.example/x?", "443", null)]
    [InlineData("10.0.0.1", "443/x", null)]
    public void The_address_is_a_host_and_a_port_and_nothing_else(string host, string? port, string? expected) =>
        Assert.Equal(
            expected,
            ServiceAccount.Of(name => name == "KUBERNETES_SERVICE_HOST" ? host : name == "KUBERNETES_SERVICE_PORT" ? port : null).Server?.ToString());

    private static FaultServer Answering(
        Pod pod, System.Security.Cryptography.X509Certificates.X509Certificate2 certificate, Func<string, (string Status, string Body)> answer)
    {
        FaultServer server = FaultServer.Behaving(
            (request, stream, stop) =>
            {
                (string status, string body) = answer(request);
                return stream.WriteAsync(
                    Encoding.UTF8.GetBytes($"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"), stop).AsTask();
            }, certificate);
        Trust(pod, certificate, server);
        return server;
    }

    private static void Trust(Pod pod, System.Security.Cryptography.X509Certificates.X509Certificate2 certificate, FaultServer server)
    {
        File.WriteAllText(Path.Combine(pod.Account, "ca.crt"), certificate.ExportCertificatePem());
        pod.PointAt(new Uri(server.BaseUrl));
    }
}
