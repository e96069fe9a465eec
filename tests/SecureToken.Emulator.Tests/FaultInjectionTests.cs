using SecureToken.Emulator.Tests.Support;

namespace SecureToken.Emulator.Tests;

public sealed class FaultInjectionTests : EmulatorTest
{
    [Fact]
    public async Task The_ordered_number_of_requests_fail_and_then_no_more()
    {
        Server.FailNext(2, 500);

        Assert.Equal(500, (await Client.GetAsync("/api/token")).Status);
        Assert.Equal(500, (await Client.GetAsync("/api/teams")).Status);
        Assert.Equal(200, (await Client.AskAsync(Server, "/api/token")).Status);
    }

    [Fact]
    public async Task A_failure_for_a_path_leaves_other_paths_alone()
    {
        Server.FailNext(1, 500, "/api/token");

        Assert.Equal(200, (await Client.AskAsync(Server, "/api/users/me")).Status);
        Assert.Equal(500, (await Client.AskAsync(Server, "/api/token")).Status);
    }

    [Fact]
    public async Task Orders_are_played_oldest_first()
    {
        Server.FailNext(1, 500);
        Server.FailNext(1, 429);

        Assert.Equal(500, (await Client.GetAsync("/api/token")).Status);
        Assert.Equal(429, (await Client.GetAsync("/api/token")).Status);
        Assert.Equal(401, (await Client.GetAsync("/api/token")).Status);
    }

    [Fact]
    public async Task Too_many_requests_carries_Retry_After_in_whole_seconds_rounded_up()
    {
        Server.FailNext(1, 429, retryAfter: TimeSpan.FromMilliseconds(1200));

        var answer = await Client.GetAsync("/api/token");

        Assert.Equal(429, answer.Status);
        Assert.Equal("2", answer.Header("Retry-After"));
        Assert.Equal("""{"type":"too_many_requests","message":"Too many requests","details":[]}""", answer.Body);
    }

    [Theory]
    [InlineData(403, """{"errors":[{"reason":"Not enough privileges to complete the action","message":"Access is denied"}]}""")]
    [InlineData(409, """{"errors":[{"reason":"Conflict","message":"The emulator was told to fail"}]}""")]
    [InlineData(500, """{"errors":[{"reason":"Internal Server Error","message":"The emulator was told to fail"}]}""")]
    public async Task A_failure_of_the_service_has_the_body_of_its_status(int status, string body)
    {
        Server.FailNext(1, status);

        var answer = await Client.GetAsync("/api/token");

        Assert.Equal(body, answer.Body);
        Assert.Empty(answer.Header("Retry-After"));
    }

    [Theory]
    [InlineData(401, "Unauthorized")]
    [InlineData(404, "Not Found")]
    public async Task A_refusal_has_the_body_with_status_and_path(int status, string error)
    {
        Server.FailNext(1, status);

        var json = (await Client.GetAsync("/api/token")).Json;

        Assert.Equal(status, json.GetProperty("status").GetInt32());
        Assert.Equal(error, json.GetProperty("error").GetString());
        Assert.Equal("/api/token", json.GetProperty("path").GetString());
    }

    [Theory]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_gateway_failure_is_a_web_page(int status)
    {
        Server.FailNext(1, status);

        Assert.Equal("text/html", (await Client.GetAsync("/api/token")).MediaType);
    }

    [Theory]
    [InlineData(400, "BXNIM0415E")]
    [InlineData(401, "BXNIM0415E")]
    [InlineData(429, null)]
    [InlineData(503, null)]
    public async Task A_failure_of_iam_has_the_shape_of_iam_and_no_code_that_is_not_documented(int status, string? code)
    {
        Server.FailNext(1, status, "/identity", TimeSpan.FromSeconds(3));

        var answer = await Client.ExchangeAsync(Server.ApiKey);

        Assert.Equal(status, answer.Status);
        Assert.Equal("3", answer.Header("Retry-After"));
        Assert.Equal(code, answer.Json.TryGetProperty("errorCode", out var found) ? found.GetString() : null);
        Assert.Equal(answer.Header("X-Correlation-ID"), answer.Json.GetProperty("context").GetProperty("requestId").GetString());
    }

    [Theory]
    [InlineData(0, 500)]
    [InlineData(1, 399)]
    [InlineData(1, 600)]
    public void An_order_that_makes_no_sense_is_an_argument_error(int count, int status)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Server.FailNext(count, status));
    }

    [Fact]
    public async Task Latency_holds_an_answer_back_until_it_is_over()
    {
        Server.Latency = TimeSpan.FromSeconds(30);
        var answer = Client.GetAsync("/");
        await Clock.SomebodyWaitsAsync();

        Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(answer.IsCompleted);
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await answer).Status);
    }

    [Fact]
    public async Task Latency_does_not_touch_the_admin_calls()
    {
        Server.Latency = TimeSpan.FromHours(1);

        Assert.Equal(200, (await Client.GetAsync("/emulator/counts")).Status);
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_an_answer_that_is_held_back()
    {
        var server = await EmulatorServer.StartAsync(
            Options with { Latency = TimeSpan.FromHours(1) }, TestContext.Current.CancellationToken);
        using var client = new Client(server);
        var answer = client.GetAsync("/");
        await Clock.SomebodyWaitsAsync();

        await server.DisposeAsync();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => answer);
        Assert.Equal(499, Assert.Single(server.Requests).Status);
    }
}
