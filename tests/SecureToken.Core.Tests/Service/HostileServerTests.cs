using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Service;

/// <summary>The API behaves; what stands in its place does not.</summary>
public class HostileServerTests
{
    private static readonly TransportOptions Short = new() { Deadline = TimeSpan.FromSeconds(6), Attempt = TimeSpan.FromSeconds(3), Connect = TimeSpan.FromSeconds(1) };

    private async Task<Failure> FetchFromAsync(FaultServer server, TransportOptions? options = null)
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync(isBlocking: IsBlocking);
        return await service.FailAsync("42", endpoint: server.BaseUrl, transport: options);
    }

    /// <summary>Whether the caller's thread waits, as in a build.</summary>
    private protected virtual bool IsBlocking => false;

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_never_followed(int status)
    {
        await using FaultServer elsewhere = FaultServer.Answering(200, "application/json", "{}");
        await using FaultServer server = FaultServer.Answering(status, "text/html", string.Empty, $"Location: {elsewhere.BaseUrl}/login\r\n");
        Failure failure = await FetchFromAsync(server);
        Assert.Equal(DiagnosticDescriptors.Redirected, failure.Descriptor);
        Assert.Empty(elsewhere.Requests);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_of_IAM_does_not_take_the_API_key_along(int status)
    {
        await using FaultServer elsewhere = FaultServer.Answering(200, "application/json", "{}");
        await using FaultServer server = FaultServer.Answering(status, "text/html", string.Empty, $"Location: {elsewhere.BaseUrl}/identity/token\r\n");
        await using ServiceFixture service = await ServiceFixture.StartAsync(isBlocking: IsBlocking);
        Failure failure = await service.FailAsync("42", iam: server.BaseUrl);
        Assert.Equal(DiagnosticDescriptors.Redirected, failure.Descriptor);
        Assert.Empty(elsewhere.Requests);
    }

    [Theory]
    [InlineData("text/html", "<html><body>Sign in</body></html>")]
    [InlineData("text/plain", "unauthorized")]
    [InlineData("application/json", "")]
    public async Task Something_else_than_JSON_with_200_is_told_as_such(string contentType, string body)
    {
        await using FaultServer server = FaultServer.Answering(200, contentType, body);
        Failure failure = await FetchFromAsync(server);
        Assert.Equal(DiagnosticDescriptors.NotJson, failure.Descriptor);
        Assert.DoesNotContain("Sign in", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"token\":{\"key\":\"abc")]
    [InlineData("{\"token\":{\"key\":\"aaaaaaaa-1\"},\"token\":{\"key\":\"bbbbbbbb-2\"}}")]
    [InlineData("{\"token\":{\"key\":\"aaaaaaaa\"}} trailing")]
    [InlineData("{\"token\":{\"key\":\"aaaaaaaa\u0000\"}}")]
    public async Task Malformed_JSON_is_refused_without_being_repeated(string body)
    {
        await using FaultServer server = FaultServer.Answering($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{body}");
        Failure failure = await FetchFromAsync(server);
        Assert.Equal(DiagnosticDescriptors.AnswerMalformed, failure.Descriptor);
        Assert.DoesNotContain("aaaaaaaa", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"token\":null}")]
    [InlineData("{\"token\":{\"key\":null}}")]
    [InlineData("{\"token\":{\"key\":\"\"}}")]
    [InlineData("{\"token\":{\"key\":\"null\"}}")]
    [InlineData("{\"token\":{\"key\":4}}")]
    [InlineData("[]")]
    public async Task An_answer_without_a_token_is_refused(string body)
    {
        await using FaultServer server = FaultServer.Answering(200, "application/json", body);
        Assert.Equal(DiagnosticDescriptors.TokenMissing, (await FetchFromAsync(server)).Descriptor);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("has space in it")]
    [InlineData("line\\nend-in-it")]
    [InlineData("$(reboot)-token")]
    [InlineData("quote\\\"quote\\\"quote")]
    public async Task A_token_with_characters_that_no_token_has_is_refused(string key)
    {
        await using FaultServer server = FaultServer.Answering(200, "application/json", $"{{\"token\":{{\"key\":\"{key}\"}}}}");
        Assert.Equal(DiagnosticDescriptors.TokenMalformed, (await FetchFromAsync(server)).Descriptor);
    }

    [Fact]
    public async Task Nesting_without_end_is_refused()
    {
        await using FaultServer server = FaultServer.Answering(200, "application/json", new string('[', 60_000));
        Assert.Equal(DiagnosticDescriptors.AnswerMalformed, (await FetchFromAsync(server)).Descriptor);
    }

    [Fact]
    public async Task An_endless_body_ends_at_the_limit()
    {
        long sent = 0;
        await using FaultServer server = FaultServer.Behaving(async (_, stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"a\":\""u8.ToArray(), stop);
            byte[] block = Encoding.ASCII.GetBytes(new string('a', 8192));
            for (; sent < 64 * 1024 * 1024; sent += block.Length)
            {
                await stream.WriteAsync(block, stop);
            }
        });
        Assert.Equal(DiagnosticDescriptors.AnswerTooLarge, (await FetchFromAsync(server)).Descriptor);
        Assert.InRange(sent, 0, 32 * 1024 * 1024);
    }

    [Fact]
    public async Task A_compressed_bomb_is_not_unpacked()
    {
        await using FaultServer server = FaultServer.Answering(200, "application/json", "\u001f-not-json", "Content-Encoding: gzip\r\n");
        Assert.Equal(DiagnosticDescriptors.NotJson, (await FetchFromAsync(server)).Descriptor);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up_within_the_deadline()
    {
        await using FaultServer server = FaultServer.Behaving((_, _, stop) => Task.Delay(Timeout.Infinite, stop));
        Failure failure = await FetchFromAsync(server, Short);
        Assert.Equal(DiagnosticDescriptors.TimedOut, failure.Descriptor);
        Assert.InRange(server.Requests.Count, 1, 3);
    }

    [Fact]
    public async Task A_body_that_drips_is_given_up_within_the_deadline()
    {
        await using FaultServer server = FaultServer.Behaving(async (_, stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"u8.ToArray(), stop);
            while (true)
            {
                await stream.WriteAsync("{"u8.ToArray(), stop);
                await stream.FlushAsync(stop);
                await Task.Delay(200, stop);
            }
        });
        Assert.Equal(DiagnosticDescriptors.TimedOut, (await FetchFromAsync(server, Short)).Descriptor);
    }

    [Fact]
    public async Task A_closed_port_is_told_with_host_and_reason()
    {
        using var closed = new ClosedPort();
        await using ServiceFixture service = await ServiceFixture.StartAsync(isBlocking: IsBlocking);
        Failure failure = await service.FailAsync("42", endpoint: closed.BaseUrl, transport: Short);
        Assert.Equal(DiagnosticDescriptors.ConnectionFailed, failure.Descriptor);
        Assert.Contains("connection refused", failure.Message, StringComparison.Ordinal);
        Assert.Contains(closed.BaseUrl, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_does_not_exist_is_told_with_the_known_regions()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync(isBlocking: IsBlocking);
        Failure failure = await service.FailAsync("42", endpoint: "https://eu-dd.security-compliance-secure.invalid");
        Assert.Equal(DiagnosticDescriptors.HostUnknown, failure.Descriptor);
        Assert.Contains("eu-de", failure.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_an_unknown_authority_is_refused_with_subject_and_issuer()
    {
        using var certificate = Certificates.SelfSigned();
        await using FaultServer server = FaultServer.WithCertificate(certificate);
        Failure failure = await FetchFromAsync(server);
        Assert.Equal(DiagnosticDescriptors.CertificateNotTrusted, failure.Descriptor);
        Assert.Contains("CN=emulated 127.0.0.1", failure.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_refused_as_such()
    {
        using var certificate = Certificates.SelfSigned("other.example");
        await using FaultServer server = FaultServer.WithCertificate(certificate);
        Assert.Equal(DiagnosticDescriptors.CertificateNameMismatch, (await FetchFromAsync(server)).Descriptor);
    }

    [Theory]
    [InlineData(-9, -2, "SECTOK308")]
    [InlineData(2, 9, "SECTOK317")]
    public async Task A_certificate_out_of_its_time_points_to_the_clock(int fromDays, int toDays, string code)
    {
        using var certificate = Certificates.SelfSigned(fromDays: fromDays, toDays: toDays);
        await using FaultServer server = FaultServer.WithCertificate(certificate);
        Failure failure = await FetchFromAsync(server);
        Assert.Equal(code, failure.Code);
        Assert.Contains("clock", failure.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_that_repeats_the_IAM_token_is_masked()
    {
        await using FaultServer server = FaultServer.Behaving((head, stream, stop) =>
        {
            string bearer = head.Split("Authorization: Bearer ")[1].Split("\r\n")[0];
            string body = $"{{\"errors\":[{{\"reason\":\"bad\",\"message\":\"{bearer} is not good\"}}]}}";
            return stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 400 X\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"), stop).AsTask();
        });
        Failure failure = await FetchFromAsync(server);
        Assert.Equal(DiagnosticDescriptors.ServiceRefused, failure.Descriptor);
        Assert.Contains("bad: ********", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", failure.ToString(), StringComparison.Ordinal);
    }
}

/// <summary>The same where the caller's thread waits, as in a build.</summary>
public sealed class HostileServerInABuildTests : HostileServerTests
{
    private protected override bool IsBlocking => true;
}
