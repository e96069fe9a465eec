using System.Collections.Concurrent;
using SecureToken.Core.Interop;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>
/// Kills and starves a writer at every system call it makes on the target, the temporary file, the lock and the directories. The calls
/// are found from a clean run, so a new call is covered without a change here.
/// </summary>
[Trait("System", "Unix")]
[Trait("Needs", "probe")]
public sealed class CrashTests(ITestOutputHelper output)
{
    private const string Old = "a=old\n";
    private const string New = "a=new\n";

    // Without an error of these on these calls reaching the exit status, "ok" would be a lie.
    private static readonly string[] MustFail = ["write", "pwrite64", "fsync", "renameat"];

    // What can happen to any call; to one that changes something; to one that opens something.
    private static readonly string[] OfAny = ["signal=KILL", "error=ENOSPC", "error=EIO", "error=EACCES", "error=EINTR", "error=ESTALE"];
    private static readonly string[] OfChanges = ["error=EROFS", "error=EDQUOT"];
    private static readonly string[] OfOpening = ["error=EMFILE", "error=ENFILE"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whatever_system_call_dies_the_file_is_whole_and_success_is_true(bool exists)
    {
        string probe = await Probe.Executable;
        IReadOnlyList<SystemCall> calls = await CleanRun(probe, exists);
        ConcurrentBag<string> broken = [];
        int done = 0;
        await Parallel.ForEachAsync(
            from call in calls from effect in EffectsOn(call.Name) select (call, effect),
            TestContext.Current.CancellationToken,
            async (at, _) =>
            {
                using Sandbox box = Prepare(exists);
                Trace trace = await Strace.Run(
                    box, [.. PathFilter(box), "-e", $"inject={at.call.Name}:{at.effect}:when={at.call.Ordinal}"], Writer(probe, box));
                foreach (string complaint in await Complaints(box, trace, at.call, at.effect, exists ? Old : null))
                {
                    broken.Add($"{at.effect} at {at.call.Text}: {complaint} (exit {trace.Ended.Exit}, {trace.Ended.Error.Trim()})");
                }

                Interlocked.Increment(ref done);
            });
        string line = $"faults of one write, {(exists ? "existing" : "new")}: {done} injections at {calls.Count} system calls, {broken.Count} broken";
        Figures.Report(line);
        output.WriteLine(line);
        Assert.True(calls.Count >= 40, $"only {calls.Count} calls: the path filter no longer sees the writer");
        Assert.True(broken.IsEmpty, string.Join('\n', broken));
    }

    [Fact]
    public async Task A_rehearsal_that_is_killed_leaves_nothing()
    {
        string probe = await Probe.Executable;
        string[] Rehearsal(Sandbox box) => [probe, "rehearse", box.Target, box.LockFile];
        using Sandbox clean = Prepare(exists: true);
        string[] filter = ["-e", "trace=openat,open,write,pwrite64,ftruncate,fsync,unlink,unlinkat,close,lseek"];
        Trace all = await Strace.Run(clean, filter, Rehearsal(clean));
        Assert.True(all.Ended.SaidOk, all.Ended.Error);
        SystemCall[] calls = [.. all.Calls.Where(call => call.Text.Contains(clean.Root, StringComparison.Ordinal))];
        Assert.Contains(calls, call => call.Name == "fsync");
        await Parallel.ForEachAsync(calls, TestContext.Current.CancellationToken, async (call, _) =>
        {
            using Sandbox box = Prepare(exists: true);
            await Strace.Run(box, [.. filter, "-e", $"inject={call.Name}:signal=KILL:when={call.Ordinal}"], Rehearsal(box));
            Assert.Empty(box.Leftovers);
            Assert.Equal(Old, box.Content);
        });
    }

    private static string[] EffectsOn(string call) =>
    [
        .. OfAny,
        .. call is "openat" or "open" or "mkdir" or "unlink" or "unlinkat" or "ftruncate" or "fchmod" || MustFail.Contains(call) ? OfChanges : [],
        .. call is "openat" or "open" ? OfOpening : [],
    ];

    private static async Task<List<string>> Complaints(Sandbox box, Trace trace, SystemCall call, string effect, string? old)
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
        string? now = box.Content;
        int leftovers = box.Leftovers.Count();
        Check(killed ? trace.Log.Contains("killed by SIGKILL", StringComparison.Ordinal) : trace.Log.Contains("(INJECTED)", StringComparison.Ordinal), "nothing was injected");
        Check(now == old || now == New, $"the file is neither old nor new: {now}");
        Check(trace.Ended.Exit != 0 || now == New, "success, and the old file");
        Check(leftovers <= (killed ? 1 : 0), $"{leftovers} temporary files");
        if (!killed)
        {
            Check(trace.Ended.Exit is 0 or 17, "neither success nor a failure with a code");
            Check(trace.Ended.Exit == 0 || trace.Ended.Error.StartsWith("SECTOK5", StringComparison.Ordinal), "no code");
            Check(!trace.Ended.Error.Contains("Its content is unchanged", StringComparison.Ordinal) || now == old, "says unchanged, is new");
            bool mustFail = MustFail.Contains(call.Name) || call.Text.Contains("LOCK_EX", StringComparison.Ordinal) && call.Text.Contains(".lock", StringComparison.Ordinal);
            Check(effect == "error=EINTR" || !mustFail || trace.Ended.Exit == 17, "the error was swallowed");
        }

        Ended next = await Probe.Set(box, "a", "new");
        Check(next.SaidOk && box.Content == New && !box.Leftovers.Any(), "the next run does not repair it");
        return complaints;
    }

    private static async Task<IReadOnlyList<SystemCall>> CleanRun(string probe, bool exists)
    {
        using Sandbox box = Prepare(exists);
        Trace trace = await Strace.Run(box, PathFilter(box), Writer(probe, box));
        Assert.True(trace.Ended.SaidOk, trace.Ended.Error);
        return trace.Calls;
    }

    private static Sandbox Prepare(bool exists)
    {
        Sandbox box = new();
        if (exists)
        {
            box.Put(Old, FileFacts.Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }
        else
        {
            Directory.Delete(Path.GetDirectoryName(box.Target)!);
        }

        return box;
    }

    private static string[] Writer(string probe, Sandbox box) => [probe, .. Probe.SetArguments(box, "a", "new")];

    private static string[] PathFilter(Sandbox box) =>
    [
        "-P", box.Target, "-P", box.Temporary, "-P", Path.GetDirectoryName(box.Target)!, "-P", box.Root,
        "-P", box.LockFile, "-P", Path.GetDirectoryName(box.LockFile)!, "-P", box.At("state"),
    ];
}
