using SecureToken.Core.State;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.State;

/// <summary>A ledger that is looked at several times in a run.</summary>
public sealed class LedgerViewTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new("view");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_nobody_wrote_meanwhile_is_not_read_again()
    {
        Write("payments");
        var view = new LedgerView(_directory["ledger.json"]);
        Assert.Same(view.Look(), view.Look());
    }

    [Fact]
    public void What_another_writer_left_is_seen_however_fast_he_was()
    {
        var view = new LedgerView(_directory["ledger.json"]);
        Assert.Empty(view.Look().Team);
        for (int i = 0; i < 100; i++)
        {
            // The same length each time, as two fingerprints have.
            string team = (i % 2 == 0 ? "a" : "b") + (i % 10);
            Write(team);
            Assert.Equal(team, view.Look().Team);
        }

        File.Delete(_directory["ledger.json"]);
        Assert.Empty(view.Look().Team);
    }

    [Fact]
    public void Who_has_looked_before_he_took_the_ledger_reads_what_was_written_in_between()
    {
        Write("old");
        var view = new LedgerView(_directory["ledger.json"]);
        Assert.Equal("old", view.Look().Team);
        Write("new");
        using Ledger ledger = Open();
        Assert.Equal("new", ledger.Read(view).Team);
    }

    private Ledger Open() => Ledger.Open(_directory["ledger.json"], TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken).Value;

    private void Write(string team)
    {
        using Ledger ledger = Open();
        Assert.True(ledger.Write(new LedgerRecord { Endpoint = "e", Instance = "i", Team = team }).Value);
    }
}
