using SecureToken.TestSupport;
using SecureToken.TestSupport.Crashes;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>What a power cut leaves of a run of the shipped tool, made from the system calls of one run (see CrashModel).</summary>
[Trait("System", "Unix"), Trait("Needs", "strace"), Trait("Cost", "high")]
public sealed class PowerCutTests(ITestOutputHelper output)
{
    private const int Most = 200;
    private static readonly string[] Places = ["--user-secrets", "id", "--dotenv", "deploy/api.env", "--json-file", "app.json"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_copy_is_the_old_or_the_new_one_the_ledger_knows_its_places_and_the_next_run_works(bool isFirst)
    {
        Assert.SkipUnless(ToolFixture.IsNative, "The native tool only, which is what is shipped.");
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string root = Path.GetDirectoryName(tool.Home)!;
        if (!isFirst)
        {
            (await tool.RunAsync(["inject", .. Places])).Succeeds();
            tool.Emulator.ResetToken(ToolFixture.TeamId);
        }

        DiskImage before = DiskImage.Of(root);
        using var directory = new TemporaryDirectory("powercut");
        (await tool.RunAsync(new ToolCall(["inject", .. Places]) { Through = ["strace", "-f", "-qq", .. DiskTrace.Options, "-o", directory["log"], "--"] })).Succeeds();
        DiskTrace trace = DiskTrace.Parse(await File.ReadAllTextAsync(directory["log"], TestContext.Current.CancellationToken), root, before);
        DiskImage after = DiskImage.Of(root);
        string[] copies = [.. after.Files.Keys.Where(path => path.EndsWith("secrets.json", StringComparison.Ordinal) || path is "work/deploy/api.env" or "work/app.json")];
        Assert.Equal(3, copies.Length);
        string ledger = Assert.Single(after.Files.Keys, path => path.Contains("/ledger/", StringComparison.Ordinal) && path.EndsWith(".json", StringComparison.Ordinal));

        int states = 0;
        foreach (string path in (string[])[.. copies, ledger])
        {
            foreach (CrashState state in StatesOf(trace, path))
            {
                states++;
                byte[]? now = state.Image.Find(path);
                bool isNew = Same(now, after.Find(path));
                Assert.True(isNew || Same(now, before.Find(path)), $"{path} is neither old nor new after {state.At} steps");
                Assert.True(isNew || !state.IsSaid || path == ledger, $"success was said, and {path} is lost after {state.At} steps");
            }

            Assert.Contains(StatesOf(trace.Without(DiskStepKind.SyncFile), path), state => !Same(state.Image.Find(path), after.Find(path)) && !Same(state.Image.Find(path), before.Find(path)));
        }

        // The whole disk, all files of the tool's state included: whatever is there, the next run brings every copy to the token.
        CrashState[] all = [.. CrashModel.States(trace, path => !path.EndsWith(".lock", StringComparison.Ordinal), most: 64)];
        CrashState[] some = [.. all.Where((_, i) => all.Length <= Most || i == 0 || i * Most / all.Length != (i - 1) * Most / all.Length)];
        foreach (CrashState state in some)
        {
            foreach (string part in (string[])[tool.Home, tool.Work])
            {
                Directory.Delete(part, recursive: true);
            }

            Directory.CreateDirectory(tool.Home);
            Directory.CreateDirectory(tool.Work);
            state.Image.PutInto(root);
            (await tool.RunAsync(["inject", .. Places])).Succeeds();
            DiskImage repaired = DiskImage.Of(root);
            Assert.All(copies, path => Assert.Equal(after.Find(path), repaired.Find(path)));
            Assert.DoesNotContain(repaired.Files.Keys, path => path.EndsWith(".tmp", StringComparison.Ordinal));
        }

        string line = $"crash states of {(isFirst ? "a first injection" : "an injection")} with the native tool: {states} judged file by file, {some.Length} of {all.Length} replayed whole, 0 broken";
        Figures.Report(line);
        output.WriteLine(line);
    }

    private static IEnumerable<CrashState> StatesOf(DiskTrace trace, string path) => CrashModel.States(
        trace, other => other == path || other == path + ".sectoken.tmp" || path.StartsWith(other + "/", StringComparison.Ordinal));

    private static bool Same(byte[]? one, byte[]? other) => one is null || other is null ? one is null && other is null : one.AsSpan().SequenceEqual(other);
}
