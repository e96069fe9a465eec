using SecureToken.Core.Diagnostics;
using SecureToken.Core.State;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.State;

/// <summary>What can be said of the state directory without changing it.</summary>
[Trait("System", "Unix")]
public sealed class StateHealthTests : IDisposable
{
    private readonly TemporaryDirectory _disk = new("health");

    [Fact]
    public void A_private_directory_is_in_order_and_untouched()
    {
        string state = Make("700");
        (string words, Failure? warning) = StateHealth.Of(state).Value;
        Assert.Contains("0700", words, StringComparison.Ordinal);
        Assert.Null(warning);
        Assert.Empty(Directory.EnumerateFileSystemEntries(state));
    }

    [Fact]
    public void One_that_others_look_into_is_told() => Assert.Equal("SECTOK173", StateHealth.Of(Make("755")).Value.Warning?.Code);

    [Fact]
    public void One_that_everybody_may_change_is_refused() => Assert.Equal("SECTOK506", StateHealth.Of(Make("777")).Failure?.Code);

    [Fact]
    public void One_that_is_not_there_yet_is_in_order_and_not_made()
    {
        Assert.Null(StateHealth.Of(_disk["a", "b"]).Value.Warning);
        Assert.False(Directory.Exists(_disk["a"]));
    }

    [Fact]
    public void A_file_in_its_place_is_a_failure() => Assert.Equal("SECTOK505", StateHealth.Of(_disk.Write("state", string.Empty)).Failure?.Code);

    public void Dispose() => _disk.Dispose();

    private string Make(string mode)
    {
        string state = _disk.Create("state" + mode);
        File.SetUnixFileMode(state, (UnixFileMode)Convert.ToInt32(mode, 8));
        return state;
    }
}
