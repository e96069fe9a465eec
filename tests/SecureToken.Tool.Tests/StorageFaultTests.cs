using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using SecureToken.Emulator;
using SecureToken.TestSupport;
using SecureToken.TestSupport.Crashes;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>
/// The shipped tool on disks that are full, broken, read-only, over quota or gone, and in a process or on a machine that has no descriptor
/// left: each system call of a whole run that meets a file of the user fails once, at destinations and at every file of the tool's state.
/// </summary>
/// <remarks>strace counts the calls of each thread for itself, so one number can be a call in more than one thread; both fail then.</remarks>
[Trait("System", "Unix"), Trait("Needs", "strace"), Trait("Cost", "high")]
public sealed partial class StorageFaultTests(ITestOutputHelper output)
{
    private const int Most = 320;
    private const string Route = "/api/token/reset";
    private const string Old = "an-old-token-of-before-0123456789";
    private static readonly string[] Places = ["--user-secrets", "id", "--dotenv", "deploy/api.env", "--json-file", "app.json"];

    // What a disk says of a call that changes something; and what a network file system or a broken disk says of any call.
    private static readonly string[] Changing = ["openat", "mkdir", "write", "pwrite64", "fsync", "ftruncate", "renameat", "unlink", "unlinkat", "fchmod"];
    private static readonly string[] Others = ["flock", "statx", "fstat", "newfstatat", "read", "pread64", "lseek", "getdents64", "readlink"];
    private static readonly string[] OfDisk = ["ENOSPC", "EDQUOT", "EROFS"];
    private static readonly string[] OfDescriptors = ["EMFILE", "ENFILE"];
    private static readonly string[] OfAny = ["EIO", "ESTALE"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whatever_call_of_an_injection_fails_no_copy_is_torn_success_is_true_and_the_next_run_repairs_it(bool isFirst) =>
        await SweepAsync(
            isFirst ? "a first injection" : "an injection",
            async tool =>
            {
                if (!isFirst)
                {
                    (await tool.RunAsync(["inject", .. Places])).Succeeds();
                }

                tool.Write("deploy/api.env", $"# mine\n{ToolFixture.DefaultName}={Old}\n");
                tool.Write("app.json", $$"""{ "mine": 1, "{{ToolFixture.DefaultKey}}": "{{Old}}" }""");
            },
            _ => Task.CompletedTask,
            ["inject", .. Places],
            async (tool, run, before) =>
            {
                List<string> complaints = [];
                string[] stale = [.. Files(tool).Where(path => !HoldsToken(tool, path))];
                complaints.AddRange(stale.Where(path => !Same(path, before)).Select(path => $"{path} is neither old nor new"));
                complaints.AddRange(run.Exit == 0 ? stale.Select(path => $"success, and {path} is old") : []);
                ToolRun next = await tool.RunAsync(["inject", .. Places]);
                complaints.AddRange(next.Exit == 0 ? [] : [$"the next run fails: {next.Error}"]);
                complaints.AddRange(Files(tool).Where(path => !HoldsToken(tool, path)).Select(path => $"after the next run {path} is old"));
                complaints.AddRange(PlacesInLedgers(tool) == 3 ? [] : ["after the next run the ledger does not know all places"]);
                return complaints;
            });

    [Fact]
    public async Task Whatever_call_of_a_reset_fails_it_is_asked_for_once_at_most_and_every_copy_follows_or_is_named() =>
        await SweepAsync(
            "a reset",
            async tool => (await tool.RunAsync(["inject", .. Places])).Succeeds(),
            async tool => (await tool.RunAsync(["inject", .. Places])).Succeeds(),
            ["reset", .. Places, "--request", "POST " + Route, "--yes"],
            async (tool, run, before) =>
            {
                List<string> complaints = [];
                int asked = tool.Emulator.Count("POST", Route);
                complaints.AddRange(asked <= 1 ? [] : [$"{asked} resets were asked for"]);
                complaints.AddRange(run.Exit != 0 || asked == 1 ? [] : ["success, and no reset"]);
                if (asked == 0)
                {
                    complaints.AddRange(Files(tool).Where(path => !Same(path, before)).Select(path => $"no reset, and {path} was changed"));
                }

                string[] stale = [.. Files(tool).Where(path => !HoldsToken(tool, path))];
                complaints.AddRange(run.Exit == 0 ? stale.Select(path => $"success, and {path} is old") : []);
                complaints.AddRange(run.Exit != 0 || Receipts(tool) == 1 || run.Warnings.Contains("SECTOK713") ? [] : ["success, and no receipt"]);
                if (run.Exit != 0 && asked == 1)
                {
                    ToolRun resume = await tool.RunAsync(new ToolCall("reset", "--resume") { IsOneOfMany = true });
                    complaints.AddRange(Files(tool).Where(path => !HoldsToken(tool, path) && !resume.Error.Contains(Path.GetFileName(path), StringComparison.Ordinal)).Select(path => $"resumed (exit {resume.Exit}, {resume.Error}), and {path} is old"));
                }

                ToolRun next = await tool.RunAsync(new ToolCall(["inject", .. Places]) { IsOneOfMany = true });
                complaints.AddRange(next.Exit == 0 ? [] : [$"the next run fails: {next.Error}"]);
                complaints.AddRange(Files(tool).Where(path => !HoldsToken(tool, path)).Select(path => $"after the next run {path} is old"));
                return complaints;
            });

    private async Task SweepAsync(
        string what, Func<ToolFixture, Task> prepare, Func<ToolFixture, Task> again, string[] command, Func<ToolFixture, ToolRun, DiskImage, Task<List<string>>> judge)
    {
        Assert.SkipUnless(ToolFixture.IsNative, "Hundreds of runs under strace: the native tool only, which is what is shipped.");
        await using Machine first = await Machine.StartAsync(prepare, again);
        (string[] paths, Dictionary<string, int> calls) = await first.CallsAsync(command);
        (string Call, string Error, int Ordinal)[] all =
        [
            .. from call in calls
               from error in ErrorsOf(call.Key)
               from ordinal in Enumerable.Range(1, call.Value)
               orderby Array.IndexOf(Changing, call.Key) < 0, call.Key, error, ordinal
               select (call.Key, error, ordinal),
        ];
        var cases = new ConcurrentQueue<(string Call, string Error, int Ordinal)>(Sample(all));
        int count = cases.Count;
        ConcurrentBag<string> broken = [];
        int injected = 0;
        int failed = 0;
        await using Machine second = await Machine.StartAsync(prepare, again);
        await Task.WhenAll(WorkAsync(first), WorkAsync(second));
        string line = $"faults of {what} with the native tool: {injected} injections of {count} at {calls.Values.Sum()} calls on {paths.Length} paths, {failed} told as failures, {broken.Count} broken";
        Figures.Report(line);
        output.WriteLine(line);
        Assert.True(broken.IsEmpty, string.Join('\n', broken.Order()));

        // A thread that a run does not have makes no call.
        Assert.True(injected > count / 2, line);
        Assert.True(failed > injected / 10, line);

        async Task WorkAsync(Machine machine)
        {
            while (cases.TryDequeue(out (string Call, string Error, int Ordinal) at))
            {
                DiskImage before = await machine.GoBackAsync();
                (ToolRun run, bool isMet) = await machine.RunAsync(paths, $"inject={at.Call}:error={at.Error}:when={at.Ordinal}", command);
                if (!isMet)
                {
                    continue;
                }

                Interlocked.Increment(ref injected);
                Interlocked.Add(ref failed, run.Exit == 0 ? 0 : 1);
                List<string> complaints = [.. Manners(run), .. machine.Leftovers()];
                complaints.AddRange(await judge(machine.Tool, run, before));
                complaints.AddRange(machine.Leftovers().Select(path => "after the next run " + path));
                foreach (string complaint in complaints)
                {
                    broken.Add($"{at.Error} at {at.Call} {at.Ordinal}: {complaint} (exit {run.Exit}, {run.Error.Trim()})");
                }
            }
        }
    }

    /// <summary>All that change something, and of the others as many as fit.</summary>
    private static IEnumerable<(string Call, string Error, int Ordinal)> Sample((string Call, string Error, int Ordinal)[] all)
    {
        (string Call, string Error, int Ordinal)[] changing = [.. all.Where(one => Changing.Contains(one.Call))];
        (string Call, string Error, int Ordinal)[] others = [.. all.Where(one => !Changing.Contains(one.Call))];
        return Evenly(changing, Most * 3 / 4).Concat(Evenly(others, Most / 4));
    }

    private static IEnumerable<(string Call, string Error, int Ordinal)> Evenly((string Call, string Error, int Ordinal)[] all, int most) =>
        all.Where((_, i) => all.Length <= most || i == 0 || i * most / all.Length != (i - 1) * most / all.Length);

    private static string[] ErrorsOf(string call) =>
    [
        .. call == "openat" ? OfDescriptors : [],
        .. Changing.Contains(call) ? OfDisk : [],
        .. OfAny,
    ];

    private static IEnumerable<string> Manners(ToolRun run)
    {
        if (run.Exit is not (0 or (>= 10 and <= 17)))
        {
            yield return "an exit status that is a defect";
        }

        if (run.Exit != 0 && !run.Errors.Any())
        {
            yield return "a failure without a code";
        }

        if (StackPattern().IsMatch(run.Error))
        {
            yield return "a stack trace";
        }
    }

    private static string[] Files(ToolFixture tool) => [tool.UserSecrets("id"), tool.At("deploy/api.env"), tool.At("app.json")];

    private static bool HoldsToken(ToolFixture tool, string path) => File.Exists(path) && File.ReadAllText(path).Contains(tool.Token, StringComparison.Ordinal);

    private static bool Same(string path, DiskImage before)
    {
        byte[]? old = before.Files.FirstOrDefault(file => path.EndsWith("/" + file.Key, StringComparison.Ordinal)).Value;
        return File.Exists(path) ? old is not null && File.ReadAllBytes(path).AsSpan().SequenceEqual(old) : old is null;
    }

    private static int PlacesInLedgers(ToolFixture tool)
    {
        string directory = Path.Combine(tool.Home, ".local", "state", "sectoken", "ledger");
        return Directory.Exists(directory)
            ? Directory.GetFiles(directory, "*.json").Sum(path =>
            {
                using var ledger = JsonDocument.Parse(File.ReadAllBytes(path));
                return ledger.RootElement.GetProperty("places").GetArrayLength();
            })
            : 0;
    }

    private static int Receipts(ToolFixture tool)
    {
        string path = Path.Combine(tool.Home, ".local", "state", "sectoken", "resets.jsonl");
        return File.Exists(path) ? File.ReadAllLines(path).Length : 0;
    }

    [GeneratedRegex(@"\n\s+at |Exception|SECTOK900")]
    private static partial Regex StackPattern();

    [GeneratedRegex(@"^(?<thread>\d+)\s+(?<call>\w+)\((?<arguments>.*)$")]
    private static partial Regex CallPattern();

    [GeneratedRegex(@"[""<](?<path>/[^"">]*)["">]")]
    private static partial Regex PathPattern();

    /// <summary>A home, a directory and a service of their own, to which every run goes back.</summary>
    private sealed class Machine : IAsyncDisposable
    {
        private readonly TemporaryDirectory _log = new("faults");
        private readonly Func<ToolFixture, Task> _again;
        private DiskImage _image = new();

        private Machine(ToolFixture tool, Func<ToolFixture, Task> again)
        {
            Tool = tool;
            _again = again;
        }

        public ToolFixture Tool { get; }

        private string Root => Path.GetDirectoryName(Tool.Home)!;

        public static async Task<Machine> StartAsync(Func<ToolFixture, Task> prepare, Func<ToolFixture, Task> again)
        {
            ToolFixture tool = await ToolFixture.StartAsync(options => options with { ResetRoute = new EmulatorResetRoute("POST", Route) });
            tool.Set("SECTOKEN_INSTANCE", tool.Emulator.Instances[0].Name).Set("SECTOKEN_RESOURCE_CONTROLLER", tool.Emulator.BaseUrl.ToString());
            var machine = new Machine(tool, again);
            await prepare(tool);
            machine._image = DiskImage.Of(machine.Root);
            return machine;
        }

        public async Task<DiskImage> GoBackAsync()
        {
            foreach (string directory in (string[])[Tool.Home, Tool.Work])
            {
                Directory.Delete(directory, recursive: true);
            }

            _image.PutInto(Root);
            await _again(Tool);
            Tool.Emulator.ClearRequests();
            return DiskImage.Of(Root);
        }

        /// <summary>The paths below the root that a run meets, and how many calls of each kind a thread makes there.</summary>
        public async Task<(string[] Paths, Dictionary<string, int> Calls)> CallsAsync(string[] command)
        {
            await GoBackAsync();
            (ToolRun clean, _) = await RunAsync([], null, command);
            clean.Succeeds();
            string[] paths = [.. PathPattern().Matches(await LogAsync()).Select(match => match.Groups["path"].Value).Where(path => path.StartsWith(Root + "/", StringComparison.Ordinal))
                .Select(path => Path.GetRelativePath(Root, path)).Distinct()];
            await GoBackAsync();
            (ToolRun met, _) = await RunAsync(paths, null, command);
            met.Succeeds();
            Dictionary<string, int> most = new(StringComparer.Ordinal);
            foreach (var group in StraceLog.Lines(await LogAsync()).Select(line => CallPattern().Match(line)).Where(match => match.Success)
                .GroupBy(match => (Thread: match.Groups["thread"].Value, Call: match.Groups["call"].Value)))
            {
                most[group.Key.Call] = Math.Max(most.GetValueOrDefault(group.Key.Call), group.Count());
            }

            return (paths, most);
        }

        /// <summary>Runs the tool under strace, and says whether the fault has happened.</summary>
        public async Task<(ToolRun Run, bool IsMet)> RunAsync(string[] paths, string? fault, string[] command)
        {
            string[] through =
            [
                "strace", "-f", "-qq", "-y", "-s", "4096", "-e", "signal=none", "-e", "trace=" + string.Join(',', Changing.Concat(Others)),
                .. paths.SelectMany(path => (string[])["-P", Path.Combine(Root, path)]),
                .. fault is null ? [] : (string[])["-e", fault], "-o", _log["log"], "--",
            ];
            ToolRun run = await Tool.RunAsync(new ToolCall(command) { Through = through, IsOneOfMany = true });
            return (run, fault is not null && (await LogAsync()).Contains("(INJECTED)", StringComparison.Ordinal));
        }

        public string[] Leftovers() => [.. Directory.GetFiles(Root, "*.tmp", SearchOption.AllDirectories).Select(path => path + " is left")];

        public async ValueTask DisposeAsync()
        {
            await Tool.DisposeAsync();
            _log.Dispose();
        }

        private Task<string> LogAsync() => File.ReadAllTextAsync(_log["log"], TestContext.Current.CancellationToken);
    }
}
