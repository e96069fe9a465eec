namespace SecureToken.Emulator.Tests.Support;

/// <summary>An emulator with two teams beside the default one, and a client for it.</summary>
public abstract class EmulatorTest : IAsyncLifetime
{
    protected const int Payments = 42;
    protected const int Billing = 43;
    protected const int SecureOperations = 30785;

    internal ManualClock Clock { get; } = new();

    protected EmulatorServer Server { get; private set; } = null!;

    internal Client Client { get; private set; } = null!;

    protected virtual EmulatorOptions Options => new()
    {
        Teams = [new("payments", Payments), new("billing", Billing)],
        Clock = Clock,
    };

    public virtual async ValueTask InitializeAsync()
    {
        Server = await EmulatorServer.StartAsync(Options, TestContext.Current.CancellationToken);
        Client = new Client(Server);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Client.Dispose();
        await Server.DisposeAsync();
    }
}
