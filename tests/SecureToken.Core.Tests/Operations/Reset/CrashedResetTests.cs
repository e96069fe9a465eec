using SecureToken.Core.Tests.Files;
using SecureToken.TestSupport;
using SecureToken.TestSupport.Crashes;
using Xunit;
using Command = SecureToken.Core.Tests.Files.Command;

namespace SecureToken.Core.Tests.Operations.Reset;

/// <summary>
/// What a power cut leaves of a whole reset: journal, recovery file, destinations, ledger and receipt. The calls of one reset are recorded;
/// the states that the disk may then have are made from them, put on a disk, and resumed. Only the service goes on: it is elsewhere.
/// </summary>
[Trait("System", "Unix")]
[Trait("Needs", "probe")]
public sealed class CrashedResetTests(ITestOutputHelper output) : IDisposable
{
    private const int Most = 400;
    private readonly TemporaryDirectory _disk = new("crashed");

    public void Dispose() => _disk.Dispose();

    [Theory]
    [InlineData("guided")]
    [InlineData("requested")]
    public async Task Wherever_the_power_fails_resuming_once_brings_every_destination_to_the_living_token_and_what_was_said_is_true(string manner)
    {
        string root = ProbedReset.Prepare(_disk, manner);
        (int states, string[] broken) = await ReplayAsync(await RecordAsync(manner, root), root);
        string line = $"crash states of a {manner} reset: {states} replayed and resumed, {broken.Length} broken";
        Figures.Report(line);
        output.WriteLine(line);
        Assert.True(broken.Length == 0, string.Join('\n', broken));
        Assert.True(states >= 50, $"only {states}");
    }

    [Fact]
    public async Task Without_the_flushes_a_reset_does_not_outlive_a_power_cut()
    {
        string root = ProbedReset.Prepare(_disk, "careless");
        DiskTrace trace = (await RecordAsync("requested", root)).Without(DiskStepKind.SyncFile).Without(DiskStepKind.SyncDirectory);
        (_, string[] broken) = await ReplayAsync(trace, root);
        Assert.NotEmpty(broken);
    }

    private async Task<(int States, string[] Broken)> ReplayAsync(DiskTrace trace, string root)
    {
        string probe = await Probe.Executable;
        CrashState[] all = [.. CrashModel.States(
            trace, path => !path.EndsWith(".lock", StringComparison.Ordinal), path => path is "service" or "service.new", most: 64)];

        // As many as fit into some seconds, evenly over the whole of it.
        CrashState[] states = [.. all.Where((_, i) => all.Length <= Most || i == 0 || i * Most / all.Length != (i - 1) * Most / all.Length)];
        List<string> broken = [];
        foreach (CrashState state in states)
        {
            // In the very place where it happened: the journal names the destinations by their paths.
            Directory.Delete(root, recursive: true);
            Directory.CreateDirectory(root);
            state.Image.PutInto(root);
            string[] complaints = state.IsSaid ? [.. ProbedReset.Broken(root)] : [];
            Ended resume = await Command.Run(probe, ["resume", root]);
            foreach (string complaint in complaints.Concat(ProbedReset.Complaints(root, resume)))
            {
                broken.Add($"after {state.At} of {trace.Steps.Count} steps: {complaint} (exit {resume.Exit}, {resume.Error.Trim()})");
            }
        }

        output.WriteLine($"{all.Length} states of {trace.Steps.Count} steps");
        return (states.Length, [.. broken]);
    }

    private async Task<DiskTrace> RecordAsync(string manner, string root)
    {
        DiskImage before = DiskImage.Of(root);
        string log = _disk["log"];
        Ended ended = await Command.Run("strace", ["-f", "-qq", .. DiskTrace.Options, "-o", log, "--", await Probe.Executable, "reset", manner, root]);
        Assert.True(ended.Exit == 0, ended.Error);
        return DiskTrace.Parse(await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken), root, before);
    }
}
