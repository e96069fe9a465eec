using Xunit;

namespace SecureToken.Build.Tests.Support;

/// <summary>A test on a machine of its own. When it fails, everything it made stays, and the place is told.</summary>
[Trait("Needs", "packages")]
public abstract class PackageTest(PackageFixture package) : IAsyncLifetime
{
    protected PackageFixture Package { get; } = package;

    protected Site Site { get; private set; } = null!;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync() => Site = await Site.StartAsync(Package, GetType().Name);

    public virtual async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            Site.IsKept = true;
            TestContext.Current.TestOutputHelper?.WriteLine($"Binary logs and projects: {Site.Root}");
        }

        await Site.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
