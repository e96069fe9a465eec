using SecureToken.Emulator.Tests.Support;
using SecureToken.TestSupport;

namespace SecureToken.Emulator.Tests;

/// <summary>The request that resets, which exists only when a run makes one up, and what can become of it.</summary>
public sealed class ResetRouteTests : EmulatorTest
{
    private const string Route = "/api/token/reset";

    protected override EmulatorOptions Options => base.Options with { ResetRoute = new("POST", Route) };

    [Fact]
    public async Task It_resets_the_team_that_is_asked_for_and_answers_with_the_new_token()
    {
        var (old, other) = (Server.TokenOf(Payments), Server.TokenOf(Billing));

        var answer = await ResetAsync();

        Assert.Equal(200, answer.Status);
        Assert.Equal($$$"""{"token":{"key":"{{{Server.TokenOf(Payments)}}}"}}""", answer.Body);
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.NotEqual(old, Server.TokenOf(Payments));
        Assert.Equal(other, Server.TokenOf(Billing));
        Assert.Equal(1, Server.Count("POST", Route));
    }

    [Fact]
    public async Task Without_the_option_there_is_no_such_request()
    {
        await using var server = await EmulatorServer.StartAsync(base.Options, TestContext.Current.CancellationToken);
        using var client = new Client(server);

        Assert.Equal(
            404, (await client.PostAsync(Route, Client.Bearer(await client.IamTokenAsync(server)), Client.Instance(server))).Status);
    }

    [Fact]
    public async Task Another_method_does_not_reset()
    {
        var old = Server.TokenOf(Payments);

        Assert.Equal(404, (await Client.AskAsync(Server, Route, ("SysdigTeamID", "42"))).Status);
        Assert.Equal(old, Server.TokenOf(Payments));
    }

    [Fact]
    public async Task It_asks_for_an_identity_an_instance_that_allows_tokens_and_a_known_team()
    {
        var old = Server.TokenOf(Payments);
        var team = ("SysdigTeamID", "42");

        Assert.Equal(401, (await Client.PostAsync(Route, team)).Status);
        Assert.Equal(401, (await Client.PostAsync(Route, Client.Bearer(old), Client.Instance(Server), team)).Status);
        Assert.Equal(404, (await ResetAsync(team: "7")).Status);
        Server.IamOnly = true;
        Assert.Equal(403, (await ResetAsync()).Status);
        Assert.Equal(old, Server.TokenOf(Payments));
    }

    private static readonly int[] Statuses = [307, 308, 429, 500, 502, 503];

    public static MatrixTheoryData<int, bool> StatusesWithAndWithoutEffect() => new(Statuses, [false, true]);

    [Theory]
    [InlineData(EmulatorFaultKind.Close, false)]
    [InlineData(EmulatorFaultKind.Close, true)]
    [InlineData(EmulatorFaultKind.Rst, false)]
    [InlineData(EmulatorFaultKind.Rst, true)]
    public async Task A_connection_can_end_without_an_answer_before_or_after_the_token_was_reset(EmulatorFaultKind kind, bool takesEffect)
    {
        var old = Server.TokenOf(Payments);
        Server.FailNext(1, new EmulatorFault { Kind = kind, TakesEffect = takesEffect, Method = "POST", PathPrefix = Route });

        var exchange = await ResetRawAsync();

        Assert.Equal(("", kind == EmulatorFaultKind.Rst), (exchange.Received, exchange.WasTornDown));
        Assert.Equal(takesEffect, old != Server.TokenOf(Payments));
        Assert.Equal(1, Server.Count("POST", Route));
        Assert.Equal(444, Server.Requests[^1].Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_can_fail_to_come_before_or_after_the_token_was_reset(bool takesEffect)
    {
        var old = Server.TokenOf(Payments);
        var iamToken = await Client.IamTokenAsync(Server);
        Server.FailNext(1, new EmulatorFault { Kind = EmulatorFaultKind.Timeout, TakesEffect = takesEffect, PathPrefix = Route });
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan, BaseAddress = Server.BaseUrl };
        http.DefaultRequestHeaders.Add("Authorization", "Bearer " + iamToken);
        http.DefaultRequestHeaders.Add("IBMInstanceID", Server.InstanceId);
        http.DefaultRequestHeaders.Add("SysdigTeamID", "42");
        using var body = new ByteArrayContent([]);

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var answer = http.PostAsync(new Uri(Route, UriKind.Relative), body, patience.Token);
        await Wait.UntilAsync("the request was received", () => Server.Count("POST", Route) == 1);
        await Wait.UntilAsync("it has taken effect", () => !takesEffect || old != Server.TokenOf(Payments));
        Assert.False(answer.IsCompleted);
        await patience.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => answer);

        Assert.Equal(takesEffect, old != Server.TokenOf(Payments));
        Assert.Equal(1, Server.Count("POST", Route));
    }

    [Theory]
    [MemberData(nameof(StatusesWithAndWithoutEffect))]
    public async Task A_status_can_be_answered_before_or_after_the_token_was_reset(int status, bool takesEffect)
    {
        var old = Server.TokenOf(Payments);
        Server.FailNext(1, new EmulatorFault
        {
            Status = status, TakesEffect = takesEffect, RetryAfter = TimeSpan.FromSeconds(7), PathPrefix = Route,
        });

        var answer = await ResetAsync();

        Assert.Equal((status, "7"), (answer.Status, answer.Header("Retry-After")));
        Assert.Equal(status is 307 or 308 ? Route : "", answer.Header("Location"));
        Assert.Equal(takesEffect, old != Server.TokenOf(Payments));
        Assert.DoesNotContain(Server.TokenOf(Payments), answer.Body, StringComparison.Ordinal);
        Assert.Equal((1, status), (Server.Count("POST", Route), Server.Requests[^1].Status));
    }

    [Theory]
    [InlineData("status", "HTTP/1.1 504 Gateway Timeout")]
    [InlineData("close", "")]
    [InlineData("rst", "")]
    [InlineData("cut", "HTTP/1.1 504")]
    public async Task The_token_can_be_reset_after_its_answer_went_wrong(string kind, string received)
    {
        var old = Server.TokenOf(Payments);
        var iamToken = await Client.IamTokenAsync(Server);
        await Client.PostAsync($"/emulator/fail?kind={kind}&bytes=12&status=504&takesEffect=true&effectAfter=3000&path={Route}");

        Assert.StartsWith(received, (await ResetRawAsync(iamToken)).Received, StringComparison.Ordinal);
        Clock.Advance(TimeSpan.FromMilliseconds(2999));
        Assert.Equal(old, Server.TokenOf(Payments));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        while (old == Server.TokenOf(Payments))
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.Equal(1, Server.Count("POST", Route));
    }

    [Fact]
    public async Task A_redirection_can_point_elsewhere()
    {
        Server.FailNext(1, new EmulatorFault { Status = 307, Location = "https://other.example/reset", PathPrefix = Route });

        Assert.Equal("https://other.example/reset", (await ResetAsync()).Header("Location"));
    }

    [Fact]
    public async Task An_answer_can_be_cut_at_every_byte_after_the_token_was_reset()
    {
        var iamToken = await Client.IamTokenAsync(Server);
        var whole = (await CutAsync(int.MaxValue)).Received;
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", whole, StringComparison.Ordinal);
        Assert.EndsWith($$$"""{"token":{"key":"{{{Server.TokenOf(Payments)}}}"}}""", whole, StringComparison.Ordinal);

        for (var bytes = 0; bytes <= whole.Length; bytes++)
        {
            var old = Server.TokenOf(Payments);

            var cut = await CutAsync(bytes);

            Assert.Equal((bytes, false), (cut.Received.Length, cut.WasTornDown));
            Assert.StartsWith(
                cut.Received, whole.Replace(whole[^39..^3], Server.TokenOf(Payments), StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.NotEqual(old, Server.TokenOf(Payments));
        }

        Assert.Equal(whole.Length + 2, Server.Count("POST", Route));

        Task<RawExchange> CutAsync(int bytes)
        {
            Server.FailNext(1, new EmulatorFault { Kind = EmulatorFaultKind.Cut, Bytes = bytes, TakesEffect = true, PathPrefix = Route });
            return ResetRawAsync(iamToken);
        }
    }

    [Fact]
    public async Task An_answer_that_is_cut_without_effect_is_that_of_a_failure()
    {
        var old = Server.TokenOf(Payments);
        Server.FailNext(1, new EmulatorFault { Kind = EmulatorFaultKind.Cut, Bytes = 20, Status = 500, PathPrefix = Route });

        Assert.Equal("HTTP/1.1 500 Interna", (await ResetRawAsync()).Received);
        Assert.Equal((old, 500), (Server.TokenOf(Payments), Server.Requests[^1].Status));
    }

    [Fact]
    public async Task A_fault_can_be_ordered_over_http_for_one_method()
    {
        var old = Server.TokenOf(Payments);
        var order = await Client.PostAsync($"/emulator/fail?kind=cut&bytes=12&takesEffect=true&method=post&path={Route}");

        Assert.Equal(200, order.Status);
        Assert.Equal(404, (await Client.AskAsync(Server, Route)).Status);
        Assert.Equal("HTTP/1.1 200", (await ResetRawAsync()).Received);
        Assert.NotEqual(old, Server.TokenOf(Payments));
    }

    [Fact]
    public async Task A_request_that_is_not_answered_yet_is_counted()
    {
        Server.Latency = TimeSpan.FromHours(1);
        var answer = Client.PostAsync(Route);
        await Clock.SomebodyWaitsAsync();

        Assert.Equal(1, Server.Count("POST", Route));
        Assert.Equal($$"""{"POST {{Route}}":1}""", (await Client.GetAsync("/emulator/counts")).Body);
        Assert.Empty(Server.Requests);
        Clock.Advance(TimeSpan.FromHours(1));
        await answer;
    }

    private async Task<Answer> ResetAsync(string team = "42") => await Client.PostAsync(
        Route, Client.Bearer(await Client.IamTokenAsync(Server)), Client.Instance(Server), ("SysdigTeamID", team));

    private async Task<RawExchange> ResetRawAsync(string? iamToken = null) => await RawExchange.OfAsync(
        Server,
        "POST",
        Route,
        Client.Bearer(iamToken ?? await Client.IamTokenAsync(Server)),
        Client.Instance(Server),
        ("SysdigTeamID", "42"));
}
