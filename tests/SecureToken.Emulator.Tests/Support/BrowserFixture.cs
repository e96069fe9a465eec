using SecureToken.TestSupport.Browsing;

namespace SecureToken.Emulator.Tests.Support;

/// <summary>One browser for all tests that want one; each test has pages of its own. A class in this collection has its trait.</summary>
[CollectionDefinition(Name)]
[Trait("Needs", "browser")]
public sealed class BrowserFixture : IAsyncLifetime, ICollectionFixture<BrowserFixture>
{
    public const string Name = "browser";

    private Browser? _browser;

    public Browser Browser => _browser ?? throw new InvalidOperationException("The browser did not start.");

    public async ValueTask InitializeAsync() => _browser = await Browser.StartAsync();

    public ValueTask DisposeAsync() => _browser?.DisposeAsync() ?? default;
}
