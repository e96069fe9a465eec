using SecureToken.Core.Diagnostics;
using SecureToken.Core.State;
using SecureToken.Core.Tests.Operations;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.State;

/// <summary>Places are taken out of the ledgers, and files are not touched.</summary>
public sealed class LedgerErasureTests : IDisposable
{
    private readonly TemporaryDirectory _disk = new("erasure");

    public void Dispose() => _disk.Dispose();

    [Theory]
    [InlineData("one/a.env", "two/b.env", "two/c.env")]
    [InlineData("two", "one/a.env")]
    [InlineData("two/", "one/a.env")]
    [InlineData(".")]
    [InlineData("/")]
    [InlineData("tw", "one/a.env", "two/b.env", "two/c.env")]
    [InlineData("two/b.env/", "one/a.env", "two/c.env")]
    [InlineData("link/c.env", "one/a.env", "two/b.env")]
    [InlineData("link", "one/a.env")]
    [InlineData("", "one/a.env", "two/b.env", "two/c.env")]
    [InlineData("\u0000", "one/a.env", "two/b.env", "two/c.env")]
    public async Task A_path_means_a_file_or_everything_below_a_directory_in_all_ledgers(string path, params string[] left)
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("one/a.env", "payments");
        await machine.InjectAsync("two/b.env", "42");
        await machine.InjectAsync("two/c.env", "30785");
        Directory.CreateSymbolicLink(_disk["link"], _disk["two"]);
        var match = new PlaceMatch(path, _disk.Path);
        LedgerErasure erasure = LedgerErasure.Run(match.Covers, machine.Environment, TestContext.Current.CancellationToken).Value;
        Assert.Empty(erasure.Failures);
        Assert.Equal(3 - left.Length, erasure.Places.Count);
        Assert.Equal(left.Select(file => _disk[file]).Order(StringComparer.Ordinal), machine.Remembered().Order(StringComparer.Ordinal));
        Assert.All(["one/a.env", "two/b.env", "two/c.env"], file => Assert.True(File.Exists(_disk[file])));
    }

    [Fact]
    public async Task A_ledger_that_is_held_and_never_given_back_is_told()
    {
        await using Machine machine = await Machine.StartAsync(_disk);
        await machine.InjectAsync("a.env");
        using Ledger held = Ledger.Open(machine.Ledger, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken).Value;
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        LedgerErasure erasure = LedgerErasure.Run(_ => true, machine.Environment, stop.Token).Value;
        Assert.Empty(erasure.Places);
        Assert.Equal(DiagnosticDescriptors.Cancelled, Assert.Single(erasure.Failures).Descriptor);
    }
}
