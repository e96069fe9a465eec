using System.Text;
using SecureToken.TestSupport;
using SecureToken.TestSupport.Crashes;
using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>
/// What a power cut leaves: the system calls of one write are recorded, and every state that the disk may then have is made from them, at
/// each moment and with each part of what was not flushed left out. The same calls without a flush must fail, or the model sees nothing.
/// </summary>
[Trait("System", "Unix")]
[Trait("Needs", "probe")]
public sealed class CrashStateTests(ITestOutputHelper output) : IDisposable
{
    private const string Token = "the-new-token-0123456789";
    private readonly Sandbox _box = new();

    public static TheoryData<string, bool> Kinds => new MatrixTheoryData<string, bool>(["lines", "dotenv", "json", "kubernetes", "user-secrets"], [true, false]);

    public void Dispose() => _box.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task After_a_power_cut_a_destination_is_the_old_or_the_new_one_and_what_was_said_is_true(string kind, bool exists)
    {
        string target = FileOf(kind);
        string directory = Path.GetDirectoryName(target)!;
        if (exists)
        {
            Directory.CreateDirectory(directory);
            await WriteAsync(kind, "the-old-token-9876543210");
        }
        else if (Directory.Exists(directory))
        {
            Directory.Delete(directory);
        }

        DiskTrace trace = await RecordAsync(kind);
        Outcome whole = Judge(trace, target);
        Outcome withoutContent = Judge(trace.Without(DiskStepKind.SyncFile), target);
        Outcome withoutNames = Judge(trace.Without(DiskStepKind.SyncDirectory), target);
        Figures.Report($"crash states of {kind}, {(exists ? "existing" : "new")}: {whole}; without the flush of the file: {withoutContent}; without that of the directory: {withoutNames}");
        output.WriteLine($"{whole}; without the flush of the file: {withoutContent}; without that of the directory: {withoutNames}");
        Assert.True(whole.States >= 5, $"{whole}: the trace no longer shows the writer");
        Assert.Equal((0, 0), (whole.Torn, whole.Lost));
        Assert.True(withoutContent.Torn > 0, "The model does not see that the content was not flushed.");
        Assert.True(withoutNames.Lost > 0, "The model does not see that the name was not flushed.");
    }

    private async Task<DiskTrace> RecordAsync(string kind)
    {
        DiskImage before = DiskImage.Of(_box.Root);
        Trace run = await Strace.Run(_box, [.. DiskTrace.Options], await CommandOf(kind, Token), environment: [("SECTOKEN_STATE_DIR", _box.At("state"))]);
        Assert.True(run.Ended.SaidOk, run.Ended.Error);
        return DiskTrace.Parse(run.Log, _box.Root, before, "ok\n");
    }

    private Outcome Judge(DiskTrace trace, string target)
    {
        string name = Path.GetRelativePath(_box.Root, target);
        byte[]? old = trace.Before.Find(name);
        byte[] fresh = File.ReadAllBytes(target);
        Assert.Contains(Token, Encoding.UTF8.GetString(fresh), StringComparison.Ordinal);
        int states = 0;
        int torn = 0;
        int lost = 0;
        foreach (CrashState state in CrashModel.States(trace, path => path == name || path == name + ".sectoken.tmp" || name.StartsWith(path + "/", StringComparison.Ordinal)))
        {
            byte[]? now = state.Image.Find(name);
            bool isNew = now is not null && now.AsSpan().SequenceEqual(fresh);
            bool isOld = now is null ? old is null : old is not null && now.AsSpan().SequenceEqual(old);
            states++;
            torn += isNew || isOld ? 0 : 1;
            lost += state.IsSaid && !isNew ? 1 : 0;
        }

        return new Outcome(states, torn, lost);
    }

    private async Task WriteAsync(string kind, string token)
    {
        string[] command = await CommandOf(kind, token);
        Ended ended = await Command.Run(command[0], command[1..], ("SECTOKEN_STATE_DIR", _box.At("state")));
        Assert.True(ended.SaidOk, ended.Error);
    }

    private async Task<string[]> CommandOf(string kind, string token) => kind switch
    {
        "lines" => [await Probe.Executable, .. Probe.SetArguments(_box, "a", token)],
        "kubernetes" => [await Probe.Executable, "inject", kind, FileOf(kind), "tokens:api", token],
        "dotenv" => [await Probe.Executable, "inject", kind, FileOf(kind), "TOKEN", token],
        _ => [await Probe.Executable, "inject", kind, FileOf(kind), "Team:Token", token],
    };

    private string FileOf(string kind) => kind switch
    {
        "user-secrets" => _box.At("home", ".microsoft", "usersecrets", "app", "secrets.json"),
        "kubernetes" => _box.At("work", "secret.yaml"),
        "json" => _box.At("work", "settings.json"),
        _ => _box.Target,
    };

    private sealed record Outcome(int States, int Torn, int Lost)
    {
        public override string ToString() => $"{States} states, {Torn} neither old nor new, {Lost} said and lost";
    }
}
