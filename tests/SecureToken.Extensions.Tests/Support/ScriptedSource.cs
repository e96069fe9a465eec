using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Secrets;
using SecureToken.Extensions.Refreshing;

namespace SecureToken.Extensions.Tests.Support;

/// <summary>A source that answers what the test says.</summary>
internal sealed class ScriptedSource(Task<Result<TokenSnapshot>> first) : ITokenSource
{
    private int _reads;

    public Task<Result<TokenSnapshot>> Next { get; set; } = first;

    public TimeSpan? RetryAfter => null;

    public bool IsFollowing => false;

    public static TokenSnapshot Snapshot(string value) =>
        new(Encoding.UTF8.GetBytes(value), null, null, Fingerprint.OfIdentity(value), DateTimeOffset.UnixEpoch);

    /// <summary>How often it was read.</summary>
    public int Reads => Volatile.Read(ref _reads);

    public Task<Result<TokenSnapshot>> ReadAsync(TokenSnapshot? current, CancellationToken cancellation)
    {
        Task<Result<TokenSnapshot>> answer = Next;
        Interlocked.Increment(ref _reads);
        return answer;
    }

    public void Dispose()
    {
    }
}

/// <summary>A clock that stands still until it is moved. Waits that it is asked for are real.</summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly DateTimeOffset _start = DateTimeOffset.UtcNow - TimeSpan.FromDays(1);
    private long _ticks = TimeSpan.FromDays(1).Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => _start + TimeSpan.FromTicks(GetTimestamp());

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
