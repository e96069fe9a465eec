using SecureToken.TestSupport.Browsing;

namespace SecureToken.Emulator.Tests.Support;

/// <summary>One browser for all tests that want one; each test has pages of its own.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserFixture : IAsyncLifetime, ICollectionFixture<BrowserFixture>
{
    public const string Name = "browser";

    public Browser Browser { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Browser = await Browser.StartAsync();

    public ValueTask DisposeAsync() => Browser.DisposeAsync();
}
