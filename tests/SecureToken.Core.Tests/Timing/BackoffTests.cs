using SecureToken.Core.Timing;
using Xunit;

namespace SecureToken.Core.Tests.Timing;

/// <summary>The pauses between tries, for requests, for locks and for whoever waits for a token.</summary>
public sealed class BackoffTests
{
    private static readonly Backoff Doubling = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(5));

    [Theory]
    [InlineData(0, 500)]
    [InlineData(1, 1000)]
    [InlineData(3, 4000)]
    [InlineData(4, 5000)]
    [InlineData(int.MaxValue, 5000)]
    public void Each_pause_is_longer_up_to_the_limit(int tries, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Doubling.Pause(tries));

    [Fact]
    public void The_factor_can_be_another_one() =>
        Assert.Equal(TimeSpan.FromMilliseconds(112.5), new Backoff(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1), 1.5).Pause(2));

    [Fact]
    public void A_random_share_is_spread_over_the_whole_pause()
    {
        TimeSpan[] shares = [.. Enumerable.Range(0, 1000).Select(_ => Doubling.Jittered(2))];
        Assert.All(shares, share => Assert.InRange(share, TimeSpan.Zero, TimeSpan.FromSeconds(2)));
        Assert.All(Enumerable.Range(0, 4), quarter => Assert.Contains(shares, share => (int)(share.TotalSeconds * 2) == quarter));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_share_ends_before_the_deadline(int left) =>
        Assert.All(Enumerable.Range(0, 100), _ => Assert.InRange(Doubling.Jittered(4, TimeSpan.FromSeconds(left)), TimeSpan.Zero, TimeSpan.FromSeconds(Math.Max(left, 0))));
}
