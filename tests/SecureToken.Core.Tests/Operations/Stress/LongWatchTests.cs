using System.Globalization;
using SecureToken.Core.Tests.Files;
using SecureToken.TestSupport;
using Xunit;
using Command = SecureToken.Core.Tests.Files.Command;

namespace SecureToken.Core.Tests.Operations.Stress;

/// <summary>A watch runs for months. What it holds after weeks it holds at the end.</summary>
[Trait("System", "Unix"), Trait("Needs", "probe"), Trait("Stress", "yes")]
public sealed class LongWatchTests : IDisposable
{
    private readonly ITestOutputHelper _output;
    private readonly TemporaryDirectory _disk = new("long");

    public LongWatchTests(ITestOutputHelper output) => _output = output;

    public void Dispose() => _disk.Dispose();

    [Fact]
    public async Task Memory_descriptors_and_threads_stay_the_same_over_all_polls()
    {
        int polls = Pressure.Times(1500, 100_000);
        await using Machine machine = await Machine.StartAsync(_disk);
        Ended ended = await Command.Run(
            await Probe.Executable,
            ["watch", _disk.Path, machine.Service.Emulator.BaseUrl.ToString(), machine.Service.Emulator.InstanceId, polls.ToString(CultureInfo.InvariantCulture)],
            ("SECTOKEN_API_KEY", machine.Service.Emulator.ApiKey));
        Assert.True(ended.Exit == 0, ended.Error);
        string[] lines = ended.Output.TrimEnd().Split('\n');
        int[] early = Numbers(lines[0]);
        int[] late = Numbers(lines[1]);
        int requests = machine.Service.Emulator.Count("GET", "/api/token");
        Pressure.Report(
            _output, $"watch: {late[0]} pauses of a minute, {requests} requests; after {early[0]} and after {late[0]} of them {early[1]} and {late[1]} KiB on the heap, "
            + $"{early[2]} and {late[2]} descriptors, {early[3]} and {late[3]} threads");
        Assert.Equal("events 1", lines[2]);
        Assert.Equal((polls / 10, polls), (early[0], late[0]));
        Assert.InRange(requests, polls, polls + 2);

        // A few come and go with the threads of the pool; one for each poll would be thousands.
        Assert.InRange(late[1], 1, early[1] + 256);
        Assert.InRange(late[2], 3, early[2] + 16);
        Assert.InRange(late[3], 1, early[3] + 16);
    }

    private static int[] Numbers(string line) => [.. line.Split(' ').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
}
