using System.Text;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Secrets;
using SecureToken.Core.State;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>Writers of one file that share no state directory: other homes, other users, a container and its host.</summary>
[Trait("System", "Unix")]
[Trait("Needs", "probe")]
[Trait("About", "Concurrency")]
public sealed class WritersWithoutACommonHomeTests : IDisposable
{
    private const int Writers = 20;
    private const int Rounds = 10;
    private const uint Nobody = 65534;

    private readonly Sandbox _box = new();

    public void Dispose() => _box.Dispose();

    [Theory]
    [InlineData("dotenv")]
    [InlineData("json")]
    [InlineData("kubernetes")]
    [InlineData("user-secrets")]
    public async Task Twenty_homes_lose_no_update_of_one_file(string kind)
    {
        string probe = await Probe.Executable;
        await Race(kind, probe, _ => []);
    }

    [Theory]
    [InlineData("dotenv")]
    [InlineData("user-secrets")]
    public async Task Root_and_a_user_lose_no_update_of_the_users_file(string kind)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can be two users.");
        string probe = Executable.Copy(await Probe.Executable, _box.At("probe"));
        string directory = Path.GetDirectoryName(FileOf(kind))!;
        Directory.CreateDirectory(directory);
        await Command.Run("chown", ["-R", $"{Nobody}:{Nobody}", _box.Root]);
        await Command.Run("chmod", ["2770", directory]);
        string[] user = ["setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups"];
        await Inject(kind, probe, 0, 0, user);
        await Race(kind, probe, number => number % 2 == 0 ? user : []);
        Assert.Equal($"{Nobody} 600", await Command.Stat("%u %a", FileOf(kind)));
    }

    [Fact]
    public async Task A_host_and_a_container_lose_no_update_of_a_file_that_both_have_mounted()
    {
        string probe = await Probe.Executable;
        string there = Directory.CreateDirectory(_box.At("there")).FullName;
        const string Container = "mount --bind \"$1\" \"$2\" || exit 99; shift 2; exec \"$@\"";
        await Race(
            "dotenv",
            probe,
            number => number % 2 == 0 ? [] : ["unshare", "-Urm", "sh", "-c", Container, "sh", Path.GetDirectoryName(_box.Target)!, there],
            number => number % 2 == 0 ? _box.Target : Path.Combine(there, Path.GetFileName(_box.Target)));
    }

    [Fact]
    public async Task A_living_writers_temporary_file_is_never_taken_for_ones_own()
    {
        // A writer that is stopped in the middle: the next one waits for it, and both updates are there in the end.
        string probe = await Probe.Executable;
        _box.Put("a=1\n");
        using System.Diagnostics.Process stopped = Command.Start(
            "strace", ["-f", "-qq", "-o", _box.At("log"), "-P", _box.Temporary, "-e", "inject=fsync:delay_enter=400000", "--", probe, .. Probe.SetArguments(_box, "b", "2")]);
        await Wait.UntilAsync("the temporary file", () => File.Exists(_box.Temporary));
        Ended other = await Command.Run(probe, ["set", _box.Target, _box.At("elsewhere", "lock"), "c", "3"]);
        Assert.True(other.SaidOk, other.Error);
        await stopped.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, stopped.ExitCode);
        Assert.Equal(["a=1", "b=2", "c=3"], _box.Content!.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
        Assert.Empty(_box.Leftovers);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_killed_writers_temporary_file_is_removed_by_the_next_whoever_that_is(bool isOfRoot)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can be two users.");
        string probe = Executable.Copy(await Probe.Executable, _box.At("probe"));
        _box.Put("a=1\n");
        File.WriteAllText(_box.Temporary, "token of before");
        Sandbox.SetMode(_box.Temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await Command.Run("chown", ["-R", $"{Nobody}:{Nobody}", _box.Root]);
        await Command.Run("chown", [isOfRoot ? "0:0" : $"{Nobody}:{Nobody}", _box.Temporary]);
        await Command.Run("touch", ["-d", "1 minute ago", _box.Temporary]);
        string[] set = [probe, .. Probe.SetArguments(_box, "a", "2")];
        Ended ended = await Command.Run("env", isOfRoot ? ["setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", .. set] : set);
        Assert.True(ended.SaidOk, ended.Error);
        Assert.Equal("a=2\n", _box.Content);
        Assert.Empty(_box.Leftovers);
    }

    [Fact]
    public void What_another_program_writes_between_reading_and_writing_is_not_lost()
    {
        _box.Put("a=1\n");
        using Core.Files.SecretFile file = _box.Lock();
        int calls = 0;
        Assert.True(file.Update(
            old =>
            {
                if (calls++ == 0)
                {
                    File.AppendAllText(_box.Target, "theirs=1\n");
                }

                return (byte[])[.. old, .. "ours=1\n"u8];
            },
            _ => true).Value);
        Assert.Equal((2, "a=1\ntheirs=1\nours=1\n"), (calls, _box.Content));
    }

    private async Task Race(string kind, string probe, Func<int, string[]> wrapper, Func<int, string>? file = null)
    {
        for (int round = 0; round < Rounds; round++)
        {
            Ended[] all = await Task.WhenAll(Enumerable.Range(0, Writers).Select(number => Inject(kind, probe, round, number, wrapper(number), file?.Invoke(number))));
            Assert.All(all, ended => Assert.True(ended.SaidOk, ended.Error));
        }

        int kept = (from round in Enumerable.Range(0, Rounds) from number in Enumerable.Range(0, Writers) where Holds(kind, round, number) select number).Count();
        Assert.Equal(Writers * Rounds, kept);
        Assert.DoesNotContain(Directory.GetFiles(Path.GetDirectoryName(FileOf(kind))!), path => path.EndsWith(".tmp", StringComparison.Ordinal));
    }

    private Task<Ended> Inject(string kind, string probe, int round, int number, string[] wrapper, string? file = null) =>
        Command.Run(
            "env",
            [.. wrapper, probe, "inject", kind, file ?? FileOf(kind), SlotOf(kind, round, number), TokenOf(round, number)],
            ("HOME", _box.At("home" + number)),
            ("SECTOKEN_STATE_DIR", string.Empty),
            ("XDG_STATE_HOME", string.Empty));

    private bool Holds(string kind, int round, int number)
    {
        LedgerPlace place = new(kind, FileOf(kind), SlotOf(kind, round, number), string.Empty, default);
        using Token? token = DestinationBuilder.Remembered(place, name => name == "HOME" ? _box.Root : null).Value.ReadToken().Value;
        return token?.Matches(Encoding.ASCII.GetBytes(TokenOf(round, number))) == true;
    }

    private string FileOf(string kind) => kind switch
    {
        "user-secrets" => _box.At("shared", ".microsoft", "usersecrets", "app", "secrets.json"),
        "kubernetes" => _box.At("work", "secret.yaml"),
        "json" => _box.At("work", "settings.json"),
        _ => _box.Target,
    };

    private static string SlotOf(string kind, int round, int number) => kind switch
    {
        "dotenv" => $"TOKEN_{round}_{number}",
        "kubernetes" => $"tokens:key-{round}-{number}",
        _ => $"Team{round}:Token{number}",
    };

    private static string TokenOf(int round, int number) => $"a-token-of-round-{round}-and-writer-{number}";
}
