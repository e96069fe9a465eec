using System.Collections.Concurrent;
using SecureToken.Core.Tests.Files;
using SecureToken.TestSupport;
using SecureToken.TestSupport.Crashes;
using Xunit;
using Command = SecureToken.Core.Tests.Files.Command;

namespace SecureToken.Core.Tests.State;

/// <summary>
/// The files of the state directory under every fault: each system call of one write dies, or fails as full, broken, stale and read-only
/// disks do; and the power fails at each of its moments.
/// </summary>
[Trait("System", "Unix")]
[Trait("Needs", "probe")]
public sealed class StateFileFaultTests(ITestOutputHelper output)
{
    private const string Calls = "openat,open,mkdir,write,pwrite64,read,pread64,fsync,ftruncate,renameat,unlink,unlinkat,flock,statx,fstat,newfstatat,fchmod,lseek";

    // What can happen to any call; to one that changes something; to one that opens something; to one that waits.
    private static readonly string[] OfAny = ["signal=KILL", "error=EIO", "error=ESTALE"];
    private static readonly string[] OfChanges = ["error=ENOSPC", "error=EDQUOT", "error=EROFS"];
    private static readonly string[] OfOpening = ["error=EMFILE", "error=ENFILE", "error=EACCES"];
    private static readonly string[] OfWaiting = ["error=EINTR"];

    public static TheoryData<string, bool> Kinds => new MatrixTheoryData<string, bool>([.. StateFile.All.Select(file => file.Name)], [true, false]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Whatever_call_fails_the_file_is_whole_success_is_true_and_the_next_run_repairs_it(string name, bool exists)
    {
        StateFile file = StateFile.Of(name);
        string probe = await Probe.Executable;
        (string Paths, IReadOnlyList<byte[]?> Old, IReadOnlyList<byte[]?> Fresh, SystemCall[] Calls) clean = await CleanRunAsync(file, probe, exists);
        ConcurrentBag<string> broken = [];
        int done = 0;
        await Parallel.ForEachAsync(
            from call in clean.Calls from effect in EffectsOn(call.Name) select (call, effect),
            TestContext.Current.CancellationToken,
            async (at, _) =>
            {
                using var box = new Sandbox();
                await PrepareAsync(file, probe, box, exists);
                Trace trace = await Strace.Run(
                    box, [.. Filter(box, clean.Paths), "-e", $"inject={at.call.Name}:{at.effect}:when={at.call.Ordinal}"],
                    [probe, .. file.Command(box, "new")], environment: StateFile.Environment(box));
                foreach (string complaint in await ComplaintsAsync(file, box, probe, trace, at.effect, clean.Old, clean.Fresh))
                {
                    broken.Add($"{at.effect} at {at.call.Text}: {complaint} (exit {trace.Ended.Exit}, {trace.Ended.Error.Trim()})");
                }

                Interlocked.Increment(ref done);
            });
        string line = $"faults of {name}, {(exists ? "existing" : "new")}: {done} injections at {clean.Calls.Length} calls, {broken.Count} broken";
        Figures.Report(line);
        output.WriteLine(line);
        Assert.True(clean.Calls.Length >= 15, $"{line}: the path filter no longer sees the writer.");
        Assert.True(broken.IsEmpty, string.Join('\n', broken.Order()));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task After_a_power_cut_the_file_is_the_old_or_the_new_one_and_what_was_said_is_true(string name, bool exists)
    {
        StateFile file = StateFile.Of(name);
        using var box = new Sandbox();
        await PrepareAsync(file, await Probe.Executable, box, exists);
        DiskImage before = DiskImage.Of(box.Root);
        IReadOnlyList<byte[]?> old = file.Read(box.At("state"));
        Trace run = await Strace.Run(box, [.. DiskTrace.Options], [await Probe.Executable, .. file.Command(box, "new")], environment: StateFile.Environment(box));
        Assert.True(run.Ended.SaidOk, run.Ended.Error);
        IReadOnlyList<byte[]?> fresh = file.Read(box.At("state"));
        DiskTrace trace = DiskTrace.Parse(run.Log, box.Root, before, "ok\n");
        (int states, int torn, int lost) = Judge(file, trace, old, fresh);
        string line = $"crash states of {name}, {(exists ? "existing" : "new")}: {states} states, {torn} neither old nor new, {lost} said and lost";
        Figures.Report(line);
        output.WriteLine(line);
        Assert.True(states >= 3, line);
        Assert.Equal(0, file.IsNeeded ? torn : 0);
        Assert.Equal(0, file.IsDurable ? lost : 0);
        DiskTrace careless = trace.Without(DiskStepKind.SyncFile).Without(DiskStepKind.SyncDirectory);
        (_, int tornThen, int lostThen) = Judge(file, careless, old, fresh);
        Assert.True(tornThen + lostThen > 0, "The model does not see that nothing was flushed.");
    }

    private static (int States, int Torn, int Lost) Judge(StateFile file, DiskTrace trace, IReadOnlyList<byte[]?> old, IReadOnlyList<byte[]?> fresh)
    {
        (int states, int torn, int lost) = (0, 0, 0);
        foreach (CrashState state in CrashModel.States(trace, path => !path.EndsWith(".lock", StringComparison.Ordinal)))
        {
            IReadOnlyList<byte[]?> now =
            [
                .. file.Files.Select(one => one == "projects"
                    ? StateFile.Properties(state.Image.Files.FirstOrDefault(found => found.Key.StartsWith("state/projects/", StringComparison.Ordinal) && found.Key.EndsWith(".json", StringComparison.Ordinal)).Value)
                    : state.Image.Find("state/" + one)),
            ];
            states++;
            torn += file.IsWhole(now, old, fresh, mayBeCut: true) ? 0 : 1;
            lost += state.IsSaid && !file.IsNew(now, old, fresh) ? 1 : 0;
        }

        return (states, torn, lost);
    }

    private static async Task<List<string>> ComplaintsAsync(
        StateFile file, Sandbox box, string probe, Trace trace, string effect, IReadOnlyList<byte[]?> old, IReadOnlyList<byte[]?> fresh)
    {
        List<string> complaints = [];
        void Check(bool promise, string complaint)
        {
            if (!promise)
            {
                complaints.Add(complaint);
            }
        }

        bool killed = effect == "signal=KILL";
        IReadOnlyList<byte[]?> now = file.Read(box.At("state"));
        int leftovers = Leftovers(box).Length;
        Check(killed ? trace.Log.Contains("killed by SIGKILL", StringComparison.Ordinal) : trace.Log.Contains("(INJECTED)", StringComparison.Ordinal), "nothing was injected");
        Check(file.IsWhole(now, old, fresh, mayBeCut: killed || effect != "error=EINTR"), "it is neither old nor new");
        Check(!trace.Ended.SaidOk || !file.IsNeeded || file.IsNew(now, old, fresh), "success, and the old file");
        Check(leftovers <= (killed ? 1 : 0), $"{leftovers} temporary files");
        if (!killed)
        {
            Check(trace.Ended.Exit is 0 or 17, "neither success nor a failure with a code");
            Check(trace.Ended.SaidOk || trace.Ended.Error.StartsWith("SECTOK", StringComparison.Ordinal), "no code");
        }

        Ended next = await Command.Run(probe, file.Command(box, "new"), StateFile.Environment(box));
        Check(next.SaidOk && file.IsNew(file.Read(box.At("state")), old, fresh) && Leftovers(box).Length == 0, $"the next run does not repair it: {next.Error}");
        return complaints;
    }

    private static string[] Leftovers(Sandbox box) => Directory.GetFiles(box.Root, "*.tmp", SearchOption.AllDirectories);

    private static string[] EffectsOn(string call) =>
    [
        .. OfAny,
        .. call is "openat" or "open" or "mkdir" or "write" or "pwrite64" or "fsync" or "ftruncate" or "renameat" or "unlink" or "unlinkat" or "fchmod"
            ? OfChanges : [],
        .. call is "openat" or "open" ? OfOpening : [],
        .. call is "openat" or "open" or "write" or "pwrite64" or "read" or "pread64" or "fsync" or "flock" ? OfWaiting : [],
    ];

    private static string[] Filter(Sandbox box, string paths) =>
        ["-e", "trace=" + Calls, .. paths.Split('\n').SelectMany(path => (string[])["-P", Path.Combine(box.Root, path.Replace("{project}", ProjectOf(box), StringComparison.Ordinal))])];

    /// <summary>The name of a project record is a hash of the project's path, which is another one in each sandbox.</summary>
    private static string ProjectOf(Sandbox box) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(box.At("work", "app.csproj")))[..12]);

    private static async Task PrepareAsync(StateFile file, string probe, Sandbox box, bool exists)
    {
        await File.WriteAllTextAsync(box.At("work", "app.csproj"), "<Project/>", TestContext.Current.CancellationToken);
        if (exists)
        {
            Ended first = await Command.Run(probe, file.Command(box, "old"), StateFile.Environment(box));
            Assert.True(first.SaidOk, first.Error);
            if (file.Name.StartsWith("ledger", StringComparison.Ordinal))
            {
                Ended place = await Command.Run(probe, ["place", box.At("state", "ledger", "one.json"), "/known"], StateFile.Environment(box));
                Assert.True(place.SaidOk, place.Error);
                string ledger = box.At("state", "ledger", "one.json");
                await File.WriteAllTextAsync(
                    ledger, (await File.ReadAllTextAsync(ledger, TestContext.Current.CancellationToken)).Replace("1970-01-02", "1970-01-03", StringComparison.Ordinal),
                    TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>Which paths a run meets, what it makes of the file, and its calls there.</summary>
    private static async Task<(string Paths, IReadOnlyList<byte[]?> Old, IReadOnlyList<byte[]?> Fresh, SystemCall[] Calls)> CleanRunAsync(
        StateFile file, string probe, bool exists)
    {
        using var first = new Sandbox();
        await PrepareAsync(file, probe, first, exists);
        IReadOnlyList<byte[]?> old = file.Read(first.At("state"));
        Trace all = await Strace.Run(first, ["-s", "4096", "-e", "trace=" + Calls], [probe, .. file.Command(first, "new")], environment: StateFile.Environment(first));
        Assert.True(all.Ended.SaidOk, all.Ended.Error);
        IReadOnlyList<byte[]?> fresh = file.Read(first.At("state"));
        string prefix = first.At("state");
        string[] paths = [.. all.Calls.SelectMany(call => call.Text.Split('"', '<', '>', '(', ')', ',')).Where(word => word.StartsWith(prefix, StringComparison.Ordinal))
            .Select(word => Path.GetRelativePath(first.Root, word).Replace(ProjectOf(first), "{project}", StringComparison.Ordinal)).Distinct()];

        using var second = new Sandbox();
        await PrepareAsync(file, probe, second, exists);
        Trace met = await Strace.Run(second, Filter(second, string.Join('\n', paths)), [probe, .. file.Command(second, "new")], environment: StateFile.Environment(second));
        Assert.True(met.Ended.SaidOk, met.Ended.Error);
        return (string.Join('\n', paths), old, fresh, [.. met.Calls]);
    }
}
