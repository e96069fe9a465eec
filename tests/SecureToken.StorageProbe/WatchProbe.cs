using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Watch;
using SecureToken.Core.Settings;

namespace SecureToken.StorageProbe;

/// <summary>A watch of weeks in seconds: each pause is over at once, and the clock has moved by it.</summary>
internal static class WatchProbe
{
    public static int Run(string root, string url, string instance, int polls)
    {
        Func<string, string?> environment = name => name switch
        {
            "SECTOKEN_STATE_DIR" => Path.Combine(root, "state"),
            "HOME" => root,
            "SECTOKEN_API_KEY" => Environment.GetEnvironmentVariable(name),
            _ => null,
        };
        Endpoint endpoint = Endpoint.Parse(url).Value;
        using var stop = new CancellationTokenSource();
        using var clock = new HastyClock(polls, stop);
        var plan = new InjectPlan(
            new TokenSettings(endpoint, endpoint, InstanceSelector.Parse(instance).Value, new TeamSelector(42, null)),
            new CredentialOptions { BaseDirectory = root },
            [new DestinationBuilder(environment, root).Dotenv("watched.env").Value],
            new TransportOptions { Environment = environment, Clock = clock });
        int events = 0;
        Failure? failure = WatchOperation.RunAsync([plan], new WatchTimes(), _ => events++, stop.Token).GetAwaiter().GetResult();
        if (failure is not null)
        {
            Console.Error.WriteLine(failure);
            return (int)failure.Descriptor.Exit;
        }

        clock.Say();
        Console.Out.WriteLine($"events {events}");
        return 0;
    }

    /// <summary>
    /// The system's clock, whose stopwatch leaps over the pauses of a watch. Those are longer than any deadline of a request, which keeps its
    /// time; and so does the date, or every IAM token of the service would have expired.
    /// </summary>
    private sealed class HastyClock(int polls, CancellationTokenSource stop) : TimeProvider, IDisposable
    {
        private static readonly TimeSpan LongestDeadline = TimeSpan.FromSeconds(50);
        private long _leapt;
        private int _pauses;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() =>
            (long)(base.GetTimestamp() * ((double)TimeSpan.TicksPerSecond / base.TimestampFrequency)) + Volatile.Read(ref _leapt);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime < LongestDeadline)
            {
                return base.CreateTimer(callback, state, dueTime, period);
            }

            Interlocked.Add(ref _leapt, dueTime.Ticks);
            _pauses++;
            if (_pauses == Math.Max(1, polls / 10))
            {
                Say();
            }
            else if (_pauses == polls)
            {
                stop.Cancel();
            }

            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }

        public void Say()
        {
            long memory = GC.GetTotalMemory(forceFullCollection: true);
            int descriptors = Directory.GetFileSystemEntries("/proc/self/fd").Length;
            int threads = Directory.GetDirectories("/proc/self/task").Length;
            Console.Out.WriteLine($"{_pauses} {memory / 1024} {descriptors} {threads}");
        }

        public void Dispose()
        {
        }
    }
}
