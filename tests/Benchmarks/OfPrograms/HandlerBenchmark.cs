using System.Diagnostics;
using System.Globalization;
using System.Text;
using SecureToken.Benchmarks.Reporting;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;
using SecureToken.Extensions.Http;
using SecureToken.Extensions.Refreshing;

namespace SecureToken.Benchmarks.OfPrograms;

/// <summary>
/// What the handler adds to a request while nothing changes, beside a handler that sets a constant header. No network takes part: the last
/// handler reads the headers as a connection does, and answers.
/// </summary>
internal static class HandlerBenchmark
{
    private const int Requests = 200_000;
    private const int ShortToken = 36;
    private const int LongToken = 4096;

    public static Task RunAsync(Arguments arguments, Goals goals)
    {
        using var bare = new HttpMessageInvoker(new Answering());
        using HttpMessageInvoker constant = Constant(ShortToken), ours = Ours(ShortToken), oursWithLong = Ours(LongToken);
        (string Way, HttpMessageInvoker Pipeline, List<double> Nanoseconds, List<double> Bytes)[] ways =
        [
            ("no handler", bare, [], []),
            ("a handler that sets a constant header", constant, [], []),
            ("`AddSecureToken`, a token of 36 characters", ours, [], []),
            ("`AddSecureToken`, a token of 4,096 characters", oursWithLong, [], []),
        ];
        for (int round = 0; round <= arguments.Rounds; round++)
        {
            foreach ((_, HttpMessageInvoker pipeline, List<double> nanoseconds, List<double> bytes) in ways)
            {
                (double took, double allocated) = Measure(pipeline);

                // The first round is the compiler's.
                if (round > 0)
                {
                    nanoseconds.Add(took);
                    bytes.Add(allocated);
                }
            }
        }

        var table = new Table("one request, the network left out", "median", "over the constant header", "allocated");
        double beside = Median(ways[1].Nanoseconds);
        foreach ((string way, _, List<double> nanoseconds, List<double> bytes) in ways)
        {
            table.Add(way, Nanoseconds(Median(nanoseconds)), Nanoseconds(Median(nanoseconds) - beside), Bytes(Median(bytes)));
        }

        table.Print();
        double added = Median([.. ways[2].Nanoseconds.Zip(ways[1].Nanoseconds, (one, other) => one - other)]);
        double text = Median(ways[3].Bytes) - Median(ways[2].Bytes);
        goals.Add("the handler adds less than 1 µs to a request", Nanoseconds(added), added < 1000);
        goals.Trend.Add("a request, times that of a constant header", Median(ways[2].Nanoseconds) / beside);
        goals.Add("no request allocates the text of the token", Bytes(text), text < 1);
        return Task.CompletedTask;
    }

    private static (double Nanoseconds, double Bytes) Measure(HttpMessageInvoker pipeline)
    {
        var address = new Uri("http://127.0.0.1:1/api");
        GC.Collect();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < Requests; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            Task<HttpResponseMessage> answer = pipeline.SendAsync(request, CancellationToken.None);
            if (!answer.IsCompletedSuccessfully)
            {
                throw new BenchmarkException("A request that waits for nothing was not answered at once.");
            }
        }

        TimeSpan took = Stopwatch.GetElapsedTime(began);
        return (took.TotalNanoseconds / Requests, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)Requests);
    }

    private static HttpMessageInvoker Constant(int length) => new(new ConstantHeader("Bearer " + new string('t', length)) { InnerHandler = new Answering() });

    private static HttpMessageInvoker Ours(int length)
    {
        var refresher = new TokenRefresher("key", new ConstantSource(length), TimeProvider.System);
        refresher.RefreshAsync(RefreshTrigger.Load, null, CancellationToken.None).GetAwaiter().GetResult();
        return new(new SecureTokenHandler(refresher) { InnerHandler = new Answering() });
    }

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static string Nanoseconds(double value) => value.ToString("0", CultureInfo.InvariantCulture) + " ns";

    private static string Bytes(double value) => value.ToString("0", CultureInfo.InvariantCulture) + " bytes";

    private sealed class ConstantHeader(string value) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.TryAddWithoutValidation("Authorization", value);
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Answering : HttpMessageHandler
    {
        private static readonly Task<HttpResponseMessage> Answer = Task.FromResult(new HttpResponseMessage());

        private long _length;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            foreach (var header in request.Headers.NonValidated)
            {
                _length += header.Value.ToString().Length;
            }

            return Answer;
        }
    }

    private sealed class ConstantSource(int length) : ITokenSource
    {
        public TimeSpan? RetryAfter => null;

        public bool IsFollowing => false;

        public Task<Result<TokenSnapshot>> ReadAsync(TokenSnapshot? current, CancellationToken cancellation) =>
            Task.FromResult<Result<TokenSnapshot>>(new TokenSnapshot(
                Encoding.UTF8.GetBytes(new string('t', length)), Endpoint.Parse("http://127.0.0.1:1").Value, null, Fingerprint.OfIdentity("constant"), DateTimeOffset.UnixEpoch));

        public void Dispose()
        {
        }
    }
}
