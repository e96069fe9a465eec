using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.Extensions.Hosting;
using SecureToken.Emulator;
using SecureToken.Extensions.Tests.Support;
using Xunit;

namespace SecureToken.Extensions.Tests;

/// <summary>What becomes of a request before, during and after a reset.</summary>
[Trait("About", "Concurrency")]
public sealed class HandlerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_after_a_reset_is_accepted_and_the_configuration_has_the_new_token()
    {
        await using Site site = await Site.StartAsync();
        using IHost program = site.Program();
        HttpClient client = Site.ClientOf(program);
        Assert.Equal(HttpStatusCode.OK, await Site.CallAsync(client));
        Assert.Equal(site.Token, Site.TokenIn(program));
        Assert.Equal(1, site.Fetches);

        string fresh = site.Emulator.ResetToken(Site.Team);
        Assert.Equal(HttpStatusCode.OK, await Site.CallAsync(client));
        Assert.Equal(2, site.Fetches);
        await TestSupport.Wait.UntilAsync("the configuration has the new token", () => Site.TokenIn(program) == fresh);
    }

    [Fact]
    public async Task A_synchronous_request_is_healed_too()
    {
        await using Site site = await Site.StartAsync();
        using IHost program = site.Program();
        site.Emulator.ResetToken(Site.Team);
        using var request = new HttpRequestMessage(HttpMethod.Get, Site.Resource);
        using HttpResponseMessage response = Site.ClientOf(program).Send(request, Ct);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_thousand_requests_across_a_reset_cause_one_fetch_and_none_fails()
    {
        await using Site site = await Site.StartAsync();
        var entered = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        int arrived = 0;
        using var network = new Network(async (request, _) =>
        {
            string? sent = request.Headers.Authorization?.Parameter;
            if (Interlocked.Increment(ref arrived) == 1000)
            {
                entered.SetResult();
            }

            // All of them are on their way with the old token when it is reset.
            await gate.Task;
            return new HttpResponseMessage(sent == site.Token ? HttpStatusCode.OK : HttpStatusCode.Unauthorized);
        });
        using IHost program = site.Program(handler: () => network);
        HttpClient client = Site.ClientOf(program);
        Task<HttpStatusCode>[] calls = [.. Enumerable.Range(0, 1000).Select(_ => Task.Run(() => Site.CallAsync(client), Ct))];
        await entered.Task;
        site.Emulator.ResetToken(Site.Team);
        int before = site.Fetches;
        gate.SetResult();

        Assert.All(await Task.WhenAll(calls), status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(before + 1, site.Fetches);
        Assert.Equal(2000, arrived);
    }

    [Fact]
    public async Task Twenty_resets_under_load_fail_no_request_that_may_be_repeated()
    {
        await using Site site = await Site.StartAsync();
        using IHost program = site.Program();
        HttpClient client = Site.ClientOf(program);
        using var ended = new CancellationTokenSource();
        int calls = 0;
        int failed = 0;
        Task[] load =
        [
            .. Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
            {
                while (!ended.IsCancellationRequested)
                {
                    HttpStatusCode status = await Site.CallAsync(client);
                    Interlocked.Increment(ref calls);
                    if (status != HttpStatusCode.OK)
                    {
                        Interlocked.Increment(ref failed);
                    }
                }
            }, Ct)),
        ];
        for (int reset = 1; reset <= 20; reset++)
        {
            site.Emulator.ResetToken(Site.Team);
            int seen = Volatile.Read(ref calls);
            await TestSupport.Wait.UntilAsync("requests with the new token", () => Volatile.Read(ref calls) >= seen + 40);
        }

        await ended.CancelAsync();
        await Task.WhenAll(load);
        Assert.Equal(0, failed);
        Assert.Equal(21, site.Fetches);
        TestContext.Current.TestOutputHelper?.WriteLine($"{calls} requests, 20 resets, {failed} failed, {site.Fetches} fetches");
    }

    [Fact]
    public async Task A_token_that_stays_rejected_is_fetched_once_before_a_back_off()
    {
        await using Site site = await Site.StartAsync();
        using var network = new Network((_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.Unauthorized)));
        using IHost program = site.Program(handler: () => network);
        HttpClient client = Site.ClientOf(program);
        HttpStatusCode[] statuses = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Site.CallAsync(client)));
        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        Assert.Equal(2, site.Fetches);
        Assert.Equal(200, network.Sent.Count);
        Assert.Single(site.Logged, line => line.Contains("SECTOK640:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_the_back_off_it_is_fetched_again_and_the_pauses_grow()
    {
        await using Site site = await Site.StartAsync();
        var clock = new ManualClock();
        using var network = new Network((_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.Unauthorized)));
        using IHost program = site.Program(options => options.Clock = clock, handler: () => network);
        HttpClient client = Site.ClientOf(program);
        List<int> fetches = [];
        for (int second = 0; second < 8; second++)
        {
            await Site.CallAsync(client);
            fetches.Add(site.Fetches);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        // At 0 s, after 2 s, and after 4 s more.
        Assert.Equal([2, 2, 3, 3, 3, 3, 4, 4], fetches);
    }

    [Fact]
    public async Task While_the_new_token_is_not_accepted_yet_requests_see_401_without_a_storm_of_fetches_and_are_healed_afterwards()
    {
        var clock = new ManualClock();
        await using Site site = await Site.StartAsync(new EmulatorOptions { Clock = clock });
        using IHost program = site.Program(options => options.Clock = clock);
        HttpClient client = Site.ClientOf(program);
        string old = site.Token;
        Assert.Equal(HttpStatusCode.OK, await Site.CallAsync(client));

        // The old token is invalid at once; the service returns the new one, and rejects it for ten seconds.
        site.Emulator.NewTokenAfter = TimeSpan.FromSeconds(10);
        string born = site.Emulator.ResetToken(Site.Team);
        int before = site.Fetches;
        List<int> fetches = [];
        for (int second = 0; second < 10; second++)
        {
            HttpStatusCode[] statuses = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Site.CallAsync(client)));
            Assert.All(statuses, status => Assert.Equal(HttpStatusCode.Unauthorized, status));
            fetches.Add(site.Fetches - before);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        // At 0 s, and after pauses of 1, 2 and 4 s, for a thousand requests. Each time the token is read once more, because one that is
        // rejected may have been reset again. It is never used.
        Assert.Equal([2, 4, 4, 6, 6, 6, 6, 8, 8, 8], fetches);
        Assert.Equal(old, Site.TokenIn(program));
        Assert.Single(site.Logged, line => line.Contains("SECTOK406:", StringComparison.Ordinal));

        // It is accepted now, and the last pause (8 s) ends five seconds later.
        for (int second = 0; second < 5; second++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await Site.CallAsync(client));
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(8, site.Fetches - before);
        Assert.Equal(HttpStatusCode.OK, await Site.CallAsync(client));
        Assert.Equal(9, site.Fetches - before);
        await TestSupport.Wait.UntilAsync("the configuration has the new token", () => Site.TokenIn(program) == born);
        HttpStatusCode[] healed = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Site.CallAsync(client)));
        Assert.All(healed, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(9, site.Fetches - before);
    }

    [Fact]
    public async Task A_credential_that_IAM_refuses_is_not_tried_for_every_request()
    {
        await using Site site = await Site.StartAsync();
        using IHost program = site.Program();
        HttpClient client = Site.ClientOf(program);
        site.Emulator.ResetToken(Site.Team);
        site.Emulator.SetAnswer(new EmulatorAnswer("/api/token", "401"));
        site.Emulator.ClearRequests();
        for (int call = 0; call < 50; call++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await Site.CallAsync(client));
        }

        // One refresh: the IAM token is renewed once when the service refuses it.
        Assert.InRange(site.Fetches, 1, 2);
        Assert.InRange(site.Emulator.Count("POST", "/identity/token"), 0, 2);
    }

    [Fact]
    public async Task A_token_of_another_team_is_not_used_after_a_reset()
    {
        await using Site site = await Site.StartAsync();
        using var network = Network.Accepting(() => site.Token);
        using IHost program = site.Program(handler: () => network);
        HttpClient client = Site.ClientOf(program);
        string old = site.Token;
        Assert.Equal(HttpStatusCode.OK, await Site.CallAsync(client));

        // From now on the service ignores the team header and answers with the token of the default team.
        site.Emulator.ResetToken(Site.Team);
        site.Emulator.TeamHeader = HonouredTeamHeader.None;
        Assert.Equal(HttpStatusCode.Unauthorized, await Site.CallAsync(client));
        Assert.Equal(old, Site.TokenIn(program));
        Assert.All(network.Sent, sent => Assert.Equal("Bearer " + old, sent.Authorization));
        Assert.Contains(site.Logged, line => line.Contains("SECTOK404:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_slow_IAM_holds_nobody_longer_than_the_caller_waits_and_the_refresh_goes_on()
    {
        var clock = new ManualClock();
        await using Site site = await Site.StartAsync(new EmulatorOptions { Clock = clock });
        using var network = Network.Accepting(() => site.Token);
        using IHost program = site.Program(options => options.Clock = clock, handler: () => network);
        HttpClient client = Site.ClientOf(program);
        Assert.Equal(HttpStatusCode.OK, await Site.CallAsync(client));

        // The IAM token has ended, so that the next refresh asks IAM, which takes two seconds from now on.
        clock.Advance(TimeSpan.FromHours(1));
        site.Emulator.ResetToken(Site.Team);
        site.Emulator.Latency = TimeSpan.FromSeconds(2);
        site.Emulator.ClearRequests();
        using var impatient = new CancellationTokenSource();
        Task<HttpResponseMessage> given = client.GetAsync(Site.Resource, impatient.Token);
        await TestSupport.Wait.UntilAsync("IAM is asked", () => IamCalls() == 1);
        site.Emulator.Latency = TimeSpan.Zero;
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.Equal(0, site.Fetches);

        // The fetch that the impatient one began serves the next one.
        Assert.Equal(HttpStatusCode.OK, await Site.CallAsync(client));
        Assert.Equal((1, 1), (IamCalls(), site.Fetches));

        int IamCalls() => site.Emulator.Count("POST", "/identity/token");
    }

    [Fact]
    public async Task The_token_is_sent_to_no_other_host_or_scheme_or_port()
    {
        await using Site site = await Site.StartAsync();
        using var network = new Network((_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.Unauthorized)));
        using IHost program = site.Program(handler: () => network);
        HttpClient client = Site.ClientOf(program);
        string[] others =
        [
            "https://example.invalid/api", $"https://127.0.0.1:{site.Emulator.BaseUrl.Port}/api", $"http://localhost:{site.Emulator.BaseUrl.Port}/api",
            $"http://127.0.0.1:{site.Emulator.BaseUrl.Port + 1}/api", $"http://127.0.0.1.example.invalid:{site.Emulator.BaseUrl.Port}/api",
            $"http://127.0.0.1:{site.Emulator.BaseUrl.Port}@example.invalid/api",
        ];
        foreach (string other in others)
        {
            await Site.CallAsync(client, other);
        }

        Assert.Equal(others.Length, network.Sent.Count);
        Assert.All(network.Sent, sent => Assert.Null(sent.Authorization));
        Assert.Equal(1, site.Fetches);
        Assert.Contains(site.Logged, line => line.Contains("SECTOK641:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirection_takes_the_token_nowhere(int status)
    {
        await using Site site = await Site.StartAsync();
        await using EmulatorServer other = await EmulatorServer.StartAsync(new EmulatorOptions(), Ct);
        using IHost program = site.Program();
        HttpClient client = Site.ClientOf(program);
        site.Emulator.FailNext(1, new EmulatorFault { Status = status, Location = new Uri(other.BaseUrl, Site.Resource).ToString(), PathPrefix = Site.Resource });
        Assert.Equal(HttpStatusCode.Unauthorized, await Site.CallAsync(client));
        EmulatorRequest followed = Assert.Single(other.Requests);
        Assert.Equal("none", followed.AuthorizationKind);
        Assert.Equal(1, site.Fetches);
    }

    [Fact]
    public async Task A_body_in_memory_is_sent_again_as_it_was()
    {
        await using Site site = await Site.StartAsync();
        using var network = Network.Accepting(() => site.Token);
        using IHost program = site.Program(handler: () => network);
        HttpClient client = Site.ClientOf(program);
        HttpContent[] bodies =
        [
            JsonContent.Create("json"), new StringContent("text"), new FormUrlEncodedContent([new("a", "b")]), new ByteArrayContent("bytes"u8.ToArray()),
            new StreamContent(new MemoryStream("stream"u8.ToArray())), new MultipartFormDataContent("b") { { new StringContent("part"), "name" } },
        ];
        foreach (HttpContent body in bodies)
        {
            int before = network.Sent.Count;
            site.Emulator.ResetToken(Site.Team);
            using HttpResponseMessage response = await client.PostAsync("/api/things", body, Ct);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(before + 2, network.Sent.Count);
            Assert.Equal(network.Sent[before].Body, network.Sent[before + 1].Body);
            Assert.NotEmpty(network.Sent[before].Body!);
        }
    }

    [Fact]
    public async Task A_body_that_cannot_be_sent_again_leaves_401_to_the_caller_and_the_next_request_is_accepted()
    {
        await using Site site = await Site.StartAsync();
        using var network = Network.Accepting(() => site.Token);
        using IHost program = site.Program(handler: () => network);
        HttpClient client = Site.ClientOf(program);
        HttpContent[] bodies = [new StreamContent(new MemoryStream(new byte[65 * 1024])), new EndlessContent("unknown length")];
        foreach (HttpContent body in bodies)
        {
            int before = network.Sent.Count;
            site.Emulator.ResetToken(Site.Team);
            using HttpResponseMessage response = await client.PostAsync("/api/things", body, Ct);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal(before + 1, network.Sent.Count);
            Assert.Equal(HttpStatusCode.OK, await Site.CallAsync(client));
            Assert.Equal(before + 2, network.Sent.Count);
        }
    }

    [Fact]
    public async Task A_header_that_the_caller_sets_is_left_alone()
    {
        await using Site site = await Site.StartAsync();
        using var network = Network.Accepting(() => site.Token);
        using IHost program = site.Program(handler: () => network);
        using var request = new HttpRequestMessage(HttpMethod.Get, Site.Resource);
        request.Headers.Authorization = new("Bearer", "of-the-caller");
        using HttpResponseMessage response = await Site.ClientOf(program).SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer of-the-caller", Assert.Single(network.Sent).Authorization);
        Assert.Equal(1, site.Fetches);
    }

    [Fact]
    public async Task A_program_that_ends_during_a_refresh_returns_the_401_and_waits_for_nothing()
    {
        await using Site site = await Site.StartAsync();
        using var network = Network.Accepting(() => site.Token);
        using IHost program = site.Program(options => options.RefreshTimeout = TimeSpan.FromHours(1), handler: () => network);
        HttpClient client = Site.ClientOf(program);
        Assert.Equal(HttpStatusCode.OK, await Site.CallAsync(client));
        site.Emulator.ResetToken(Site.Team);
        site.Emulator.Latency = TimeSpan.FromHours(1);
        int before = site.Fetches;
        Task<HttpStatusCode>[] calls = [.. Enumerable.Range(0, 20).Select(_ => Site.CallAsync(client))];
        await TestSupport.Wait.UntilAsync("the refresh is on its way", () => network.Sent.Count == 21 && site.Fetches == before + 1);
        program.Dispose();

        // The refresh alone would try again for more than a minute.
        HttpStatusCode[] statuses = await Task.WhenAll(calls).WaitAsync(TimeSpan.FromMinutes(1), Ct);
        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        site.Emulator.Latency = TimeSpan.Zero;
    }

    [Fact]
    public async Task A_poll_that_was_answered_before_the_reset_does_not_count_as_the_refresh()
    {
        await using Site site = await Site.StartAsync();
        var answer = new TaskCompletionSource<Core.Diagnostics.Result<Refreshing.TokenSnapshot>>();
        using var source = new ScriptedSource(answer.Task);
        using var refresher = new Refreshing.TokenRefresher("key", source, TimeProvider.System);
        Refreshing.TokenSnapshot first = ScriptedSource.Snapshot("first-token");
        answer.SetResult(first);
        await refresher.RefreshAsync(Refreshing.RefreshTrigger.Load, null, Ct);

        var slow = new TaskCompletionSource<Core.Diagnostics.Result<Refreshing.TokenSnapshot>>();
        source.Next = slow.Task;
        Task poll = refresher.RefreshAsync(Refreshing.RefreshTrigger.Poll, first, Ct);
        await TestSupport.Wait.UntilAsync("the poll reads the source", () => source.Reads == 2);
        Task<Refreshing.TokenSnapshot?> healed = refresher.RefreshAsync(Refreshing.RefreshTrigger.Rejected, first, Ct);
        Refreshing.TokenSnapshot second = ScriptedSource.Snapshot("second-token");
        source.Next = Task.FromResult<Core.Diagnostics.Result<Refreshing.TokenSnapshot>>(second);
        slow.SetResult(first);
        await poll;
        Assert.Same(second, await healed);
    }

    [Fact]
    public async Task No_request_makes_the_text_of_the_token_anew()
    {
        long[] allocated = new long[2];
        int[] lengths = [36, 4096];
        for (int i = 0; i < lengths.Length; i++)
        {
            Refreshing.TokenSnapshot token = new(
                Encoding.ASCII.GetBytes(new string('t', lengths[i])), Core.Model.Endpoint.Parse("http://127.0.0.1:1").Value, null,
                Core.Secrets.Fingerprint.OfIdentity("text"), DateTimeOffset.UnixEpoch);
            using var refresher = new Refreshing.TokenRefresher("key", new ScriptedSource(Task.FromResult<Core.Diagnostics.Result<Refreshing.TokenSnapshot>>(token)), TimeProvider.System);
            await refresher.RefreshAsync(Refreshing.RefreshTrigger.Load, null, Ct);
            using var pipeline = new HttpMessageInvoker(new Http.SecureTokenHandler(refresher) { InnerHandler = new Answering() });
            for (int round = 0; round < 3; round++)
            {
                // The last round counts: the code is compiled then.
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int call = 0; call < 100; call++)
                {
                    using var request = new HttpRequestMessage(HttpMethod.Get, "http://127.0.0.1:1/api");
                    Assert.True(pipeline.SendAsync(request, Ct).IsCompletedSuccessfully);
                }

                allocated[i] = GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }

        // A text of 4,096 characters for each of a hundred requests would be 800 KiB.
        Assert.InRange(allocated[1] - allocated[0], -10_000, 10_000);
    }

    /// <summary>Reads the headers as a connection does, and answers at once.</summary>
    private sealed class Answering : HttpMessageHandler
    {
        private static readonly Task<HttpResponseMessage> Answer = Task.FromResult(new HttpResponseMessage());

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.StartsWith("Bearer t", request.Headers.NonValidated["Authorization"].ToString(), StringComparison.Ordinal);
            return Answer;
        }
    }

    private sealed class EndlessContent(string text) : HttpContent
    {
        private bool _isSent;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            Assert.False(_isSent);
            _isSent = true;
            await stream.WriteAsync(Encoding.UTF8.GetBytes(text), Ct);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
