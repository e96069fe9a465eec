using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Tests.Timing;
using Xunit;

namespace SecureToken.Core.Tests.Http;

/// <summary>When a request is sent again after a passing fault: on a clock that is moved by hand, a thousand times.</summary>
public sealed class RetryScheduleTests
{
    private const int Most = 9;
    private static readonly Uri Server = new("https://service.example/api/token");

    [Theory]
    [InlineData(30)]
    [InlineData(10)]
    public void A_thousand_schedules_keep_the_pauses_the_count_and_the_deadline(int deadline)
    {
        var random = new Random(deadline);
        for (int i = 0; i < 1000; i++)
        {
            var run = new Run(TimeSpan.FromSeconds(deadline), TimeSpan.FromSeconds(random.Next(0, 40)), random);
            Result<ApiResponse> result = run.Play(i % 2 == 0 ? HttpMethod.Get : HttpMethod.Post);
            run.AssertInside(result);
        }
    }

    [Fact]
    public void A_fault_of_three_seconds_is_ridden_out_by_every_kind_of_request_that_may_be_sent_again()
    {
        foreach (HttpMethod method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post])
        {
            Run[] runs = [.. Enumerable.Range(0, 200).Select(seed => new Run(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(3), new Random(seed)) { NeverAsksToWait = true })];
            int succeeded = runs.Count(run => run.Play(method).Failure is null);

            // Eight random pauses can all be short: about one run in ten thousand.
            Assert.InRange(succeeded, 198, 200);
            Assert.All(runs, run => Assert.InRange(run.Attempts.Count, 2, Most));
        }
    }

    [Fact]
    public void What_changes_something_is_sent_once()
    {
        var run = new Run(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(3), new Random(1));
        Assert.Equal(DiagnosticDescriptors.ServiceTrouble, run.Play(HttpMethod.Post, Resend.Never).Failure!.Descriptor);
        Assert.Single(run.Attempts);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(409)]
    [InlineData(422)]
    [InlineData(501)]
    [InlineData(302)]
    public void A_refusal_is_final(int status)
    {
        var run = new Run(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(3), new Random(1)) { Status = status, NeverAsksToWait = true };
        run.Play(HttpMethod.Get);
        Assert.Single(run.Attempts);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public void A_passing_fault_is_not(int status)
    {
        var run = new Run(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), new Random(1)) { Status = status, NeverAsksToWait = true };
        Assert.Null(run.Play(HttpMethod.Get).Failure);
        Assert.InRange(run.Attempts.Count, 2, Most);
    }

    [Theory]
    [InlineData(29, true)]
    [InlineData(30, false)]
    [InlineData(31, false)]
    public void A_server_that_asks_for_all_the_time_that_is_left_is_not_asked_again(int seconds, bool isAsked)
    {
        var attempt = new Attempt(Failure.Of(DiagnosticDescriptors.Cancelled), TimeSpan.FromSeconds(seconds), Retry.UntilDeadline);
        Assert.Equal(isAsked, Retries.Follow(attempt, 0, TimeSpan.FromSeconds(30)));
    }

    /// <summary>A number of seconds, or with "s" a date so many seconds away; and for how long nothing is then sent, or -1 for not at all.</summary>
    [Theory]
    [InlineData("0", 0)]
    [InlineData("5", 5)]
    [InlineData("29", 29)]
    [InlineData("999999", -1)]
    [InlineData("-0s", 0)]
    [InlineData("-9s", 0)]
    [InlineData("+5s", 4)]
    [InlineData("+999999s", -1)]
    [InlineData("-5", 0)]
    [InlineData("soon", 0)]
    [InlineData("99999999999999999999", 0)]
    public void What_a_server_asks_for_is_obeyed_or_the_run_ends_at_once(string header, int seconds)
    {
        for (int i = 0; i < 1000; i++)
        {
            var run = new Run(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(3), new Random(i)) { Header = header, Status = i % 2 == 0 ? 429 : 503 };
            Result<ApiResponse> result = run.Play(HttpMethod.Get);
            Assert.True(run.Elapsed <= TimeSpan.FromSeconds(30));
            if (seconds < 0)
            {
                Assert.Single(run.Attempts);
                Assert.NotNull(result.Failure);
                Assert.True(run.Elapsed < TimeSpan.FromSeconds(1), "It waits for a moment that it does not live to see.");
                continue;
            }

            for (int attempt = 1; attempt < run.Attempts.Count; attempt++)
            {
                // A date has no fraction of a second; our own pause is half a second at first and five at most.
                TimeSpan longest = TimeSpan.FromSeconds(Math.Max(seconds + 1, Math.Min(5, 0.5 * Math.Pow(2, attempt - 1))));
                Assert.InRange(run.Attempts[attempt].Began - run.Attempts[attempt - 1].Ended, TimeSpan.FromSeconds(seconds), longest);
            }

            Assert.True(seconds < 4 || result.Failure is null || seconds > 28, $"{run.Attempts.Count} attempts: {result.Failure}");
        }
    }

    /// <summary>One request to a server that is in trouble for a while, and takes a random time for each answer.</summary>
    private sealed class Run(TimeSpan deadline, TimeSpan trouble, Random random) : HttpMessageHandler
    {
        private readonly SimulatedClock _clock = new();

        public bool NeverAsksToWait { get; init; }

        public int? Status { get; init; }

        /// <summary>What is asked for: seconds, or a date if it ends with "s".</summary>
        public string? Header { get; init; }

        public TimeSpan Elapsed => _clock.Elapsed;

        /// <summary>When each attempt began and ended, and how long the server then wanted to be left in peace.</summary>
        public List<(TimeSpan Began, TimeSpan Ended, TimeSpan Asked)> Attempts { get; } = [];

        public Result<ApiResponse> Play(HttpMethod method, Resend resend = Resend.Freely)
        {
            using var transport = new Transport(new TransportOptions { Deadline = deadline, Clock = _clock, Handler = () => this, Environment = _ => null });
            Task<Result<ApiResponse>> sent = transport.SendAsync(new ApiRequest(method, Server) { Resend = resend }, CancellationToken.None);
            while (!sent.IsCompleted)
            {
                // Everything but time stands still by itself: the handler answers at once.
                Assert.True(_clock.FireNext());
            }

#pragma warning disable xUnit1031 // It is completed.
            return sent.Result;
#pragma warning restore xUnit1031
        }

        public void AssertInside(Result<ApiResponse> result)
        {
            Assert.InRange(Attempts.Count, 1, Most);
            Assert.All(Attempts, attempt => Assert.True(attempt.Began < deadline));
            Assert.True(_clock.Elapsed <= deadline);
            for (int i = 1; i < Attempts.Count; i++)
            {
                TimeSpan asked = Attempts[i - 1].Asked;
                TimeSpan longest = TimeSpan.FromSeconds(Math.Min(5, 0.5 * Math.Pow(2, i - 1)));
                Assert.InRange(Attempts[i].Began - Attempts[i - 1].Ended, asked, asked > longest ? asked : longest);
            }

            // Nothing but the deadline or the last of the attempts ends it early.
            Assert.True(result.Failure is null ? Attempts[^1].Began >= trouble
                : Attempts.Count == Most || _clock.Elapsed + Attempts[^1].Asked >= deadline);
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            TimeSpan began = _clock.Elapsed;
            bool isInTrouble = began < trouble;
            TimeSpan asked = isInTrouble && !NeverAsksToWait && Header is null && random.Next(3) == 0 ? TimeSpan.FromSeconds(random.Next(0, 9)) : TimeSpan.Zero;
            Attempts.Add((began, began, asked));
            TimeSpan left = deadline - began;
            TimeSpan took = TimeSpan.FromMilliseconds(random.Next(0, 300));
            _clock.Advance(took < left ? took : left);
            Attempts[^1] = (began, _clock.Elapsed, asked);
            cancellationToken.ThrowIfCancellationRequested();
            var answer = new HttpResponseMessage(isInTrouble ? (HttpStatusCode)(Status ?? 503) : HttpStatusCode.OK) { Content = new ByteArrayContent("{}"u8.ToArray()) };
            answer.Headers.RetryAfter = asked > TimeSpan.Zero ? new RetryConditionHeaderValue(asked) : null;
            if (isInTrouble && Header is not null)
            {
                answer.Headers.TryAddWithoutValidation("Retry-After", Header.EndsWith('s')
                    ? (_clock.GetUtcNow() + TimeSpan.FromSeconds(int.Parse(Header[..^1], CultureInfo.InvariantCulture))).ToString("R", CultureInfo.InvariantCulture)
                    : Header);
            }

            return answer;
        }
    }
}
