using System.Globalization;
using SecureToken.TestSupport;
using SecureToken.TestSupport.Browsing;

namespace SecureToken.Emulator.Tests;

/// <summary>The browser that other tests rely on.</summary>
[Trait("Needs", "browser")]
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

        foreach (var id in ids)
        {
            Assert.True(await OtherProcess.EndsAsync(id.ToString(CultureInfo.InvariantCulture)), $"process {id} is left");
        }
    }
}
