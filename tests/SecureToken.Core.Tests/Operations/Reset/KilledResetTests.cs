using System.Collections.Concurrent;
using System.Globalization;
using SecureToken.Core.Tests.Files;
using SecureToken.TestSupport;
using Xunit;
using Command = SecureToken.Core.Tests.Files.Command;

namespace SecureToken.Core.Tests.Operations.Reset;

/// <summary>
/// Kills a reset of five destinations just before every call that touches a file, from the first word of its journal to the last of its
/// receipt, and resumes it. The calls are counted over all threads (killer.c), which strace does not do.
/// </summary>
[Trait("Needs", "probe")]
public sealed class KilledResetTests(ITestOutputHelper output) : IDisposable
{
    private const int Most = 520;
    private readonly TemporaryDirectory _disk = new("killed");

    public void Dispose() => _disk.Dispose();

    [Fact]
    public async Task Wherever_it_is_killed_resuming_once_brings_every_destination_to_the_living_token_or_names_it()
    {
        string killer = await KillerAsync();
        string probe = await Probe.Executable;
        List<(string Manner, int At)> points = [];
        foreach (string manner in (string[])["guided", "requested"])
        {
            // A count differs by a few between runs, as threads do: a point that the shortest run has is in nearly every other.
            int count = int.MaxValue;
            for (int run = 0; run < 3; run++)
            {
                count = Math.Min(count, await CountAsync(killer, probe, manner, run));
            }

            points.AddRange(Enumerable.Range(1, count).Select(at => (manner, at)));
        }

        // As many as fit into a minute, evenly over the whole of it.
        points = [.. points.Where((_, i) => i * Most / points.Count != (i - 1) * Most / points.Count || i == 0)];

        ConcurrentBag<string> broken = [];
        int resumed = 0;
        int found = 0;
        int died = 0;
        int saved = 0;
        await Parallel.ForEachAsync(points, TestContext.Current.CancellationToken, async (point, _) =>
        {
            string root = ProbedReset.Prepare(_disk, string.Create(CultureInfo.InvariantCulture, $"{point.Manner}-{point.At}"));
            Ended killed = await Command.Run(probe, ["reset", point.Manner, root], [.. Kill(killer, root), ("KILLER_AT", point.At.ToString(CultureInfo.InvariantCulture))]);

            // The last points may be past the end all the same.
            Interlocked.Add(ref died, killed.Exit == 0 ? 0 : 1);
            Interlocked.Add(ref found, Directory.Exists(Path.Combine(root, "state", "resets")) && Directory.GetFiles(Path.Combine(root, "state", "resets"), "*.json").Length > 0 ? 1 : 0);
            foreach (string recovery in Directory.Exists(Path.Combine(root, "state", "resets")) ? Directory.GetFiles(Path.Combine(root, "state", "resets"), "*.token") : [])
            {
                Interlocked.Increment(ref saved);
                Assert.Equal(await File.ReadAllTextAsync(Path.Combine(root, "service"), CancellationToken.None), await File.ReadAllTextAsync(recovery, CancellationToken.None));
            }

            Ended resume = await Command.Run(probe, ["resume", root]);
            foreach (string complaint in ProbedReset.Complaints(root, resume))
            {
                broken.Add($"{point}: {complaint} (exit {resume.Exit}, {resume.Error.Trim()})");
            }

            Interlocked.Add(ref resumed, resume.Exit == 0 ? 1 : 0);
            Directory.Delete(root, recursive: true);
        });
        output.WriteLine($"{points.Count} points, {died} killed, {found} unfinished resets, {saved} with the new token saved, {resumed} resumed, {broken.Count} broken");
        Assert.True(broken.IsEmpty, string.Join('\n', broken));
        Assert.True(saved >= points.Count / 4, $"only {saved} with the new token saved");
        Assert.True(died >= 500, $"only {died} killed");
        Assert.True(resumed >= points.Count / 2, $"only {resumed} resumed: the kills do not meet the reset");
    }

    [Fact]
    public async Task A_resumption_that_is_killed_too_is_resumed_again()
    {
        string killer = await KillerAsync();
        string probe = await Probe.Executable;
        ConcurrentBag<string> broken = [];
        int done = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 40), TestContext.Current.CancellationToken, async (i, _) =>
        {
            string root = ProbedReset.Prepare(_disk, $"twice-{i}");
            await Command.Run(probe, ["reset", "requested", root], [.. Kill(killer, root), ("KILLER_AT", (100 + (i * 5)).ToString(CultureInfo.InvariantCulture))]);
            await Command.Run(probe, ["resume", root], [.. Kill(killer, root), ("KILLER_AT", (10 + (i * 6)).ToString(CultureInfo.InvariantCulture))]);
            Ended resume = await Command.Run(probe, ["resume", root]);
            foreach (string complaint in ProbedReset.Complaints(root, resume))
            {
                broken.Add($"{i}: {complaint} (exit {resume.Exit}, {resume.Error.Trim()})");
            }

            Interlocked.Increment(ref done);
        });
        output.WriteLine($"{done} resumptions killed, {broken.Count} broken");
        Assert.True(broken.IsEmpty, string.Join('\n', broken));
    }

    private static (string Name, string Value)[] Kill(string killer, string root) =>
    [
        ("LD_PRELOAD", killer),
        ("KILLER_BEGIN", Path.Combine(root, "state", "resets") + "/" + JournalName),
    ];

    /// <summary>The journal of the one token that the probe knows: the counting begins when it is written for the first time.</summary>
    private static string JournalName { get; } = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
        "http://127.0.0.1:9\n1b7ad6f0-0000-4000-8000-000000000000\n42"u8)[..12]) + ".json.sectoken.tmp";

    private async Task<int> CountAsync(string killer, string probe, string manner, int run)
    {
        string root = ProbedReset.Prepare(_disk, string.Create(CultureInfo.InvariantCulture, $"count-{manner}-{run}"));
        string count = Path.Combine(root, "count");
        Ended ended = await Command.Run(probe, ["reset", manner, root], [.. Kill(killer, root), ("KILLER_COUNT", count)]);
        Assert.True(ended.Exit == 0, ended.Error);
        Assert.Empty(ProbedReset.Complaints(root, ended));
        return int.Parse(await File.ReadAllTextAsync(count, TestContext.Current.CancellationToken), CultureInfo.InvariantCulture);
    }

    private async Task<string> KillerAsync()
    {
        string library = _disk["killer.so"];
        Ended made = await Command.Run("gcc", ["-shared", "-fPIC", "-O2", "-o", library, Path.Combine(AppContext.BaseDirectory, "killer.c"), "-ldl"]);
        Assert.True(made.Exit == 0, made.Error);
        return library;
    }
}
