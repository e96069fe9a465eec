using SecureToken.TestSupport.Browsing;

namespace SecureToken.Emulator.Tests;

/// <summary>The browser that other tests rely on.</summary>
public sealed class BrowserTests
{
    [Fact]
    public async Task It_is_gone_with_all_its_processes_when_it_is_disposed()
    {
        IReadOnlyList<int> ids;
        await using (var browser = await Browser.StartAsync())
        {
            ids = browser.ProcessIds;
            Assert.InRange(ids.Count, 2, 50);
        }

        Assert.All(ids, id => Assert.False(Directory.Exists($"/proc/{id}"), $"process {id} is left"));
    }
}
