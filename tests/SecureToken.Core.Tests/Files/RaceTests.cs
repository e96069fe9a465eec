using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using Xunit;

namespace SecureToken.Core.Tests.Files;

[Trait("About", "Concurrency")]
public sealed class RaceTests(ITestOutputHelper output) : IDisposable
{
    private readonly Sandbox _box = new();

    public void Dispose() => _box.Dispose();

    [Fact]
    public async Task A_reader_sees_whole_files_only_while_500_updates_run()
    {
        // 15 % of the reads during "dotnet user-secrets set" find an empty or torn file.
        byte[][] contents = [Enumerable.Repeat((byte)'a', 20_000).ToArray(), Enumerable.Repeat((byte)'b', 30_000).ToArray()];
        _box.Write(Encoding.ASCII.GetString(contents[0]));
        bool done = false;
        int reads = 0;
        int bad = 0;
        Task reader = Task.Run(() =>
        {
            while (!Volatile.Read(ref done))
            {
                byte[]? read = SecretFile.ReadUnlocked(_box.Target).Value;
                reads++;
                bad += read is not null && contents.Any(content => content.AsSpan().SequenceEqual(read)) ? 0 : 1;
            }
        }, TestContext.Current.CancellationToken);
        for (int update = 1; update <= 500; update++)
        {
            using SecretFile file = _box.Lock();
            Assert.True(file.Write(contents[update % 2], _ => true).Value);
        }

        Volatile.Write(ref done, true);
        await reader;
        output.WriteLine($"{bad} of {reads} reads bad");
        Assert.True(reads > 0);
        Assert.Equal(0, bad);
    }

    [Fact]
    public async Task Swapping_file_and_link_while_we_work_never_gets_us_through_the_link()
    {
        const string Theirs = "theirs";
        string victim = _box.At("victim");
        string link = _box.At("link");
        string file = _box.At("file");
        await File.WriteAllTextAsync(victim, Theirs, TestContext.Current.CancellationToken);
        bool done = false;
        int flips = 0;
        Task swapper = Task.Run(() =>
        {
            while (!Volatile.Read(ref done))
            {
                File.CreateSymbolicLink(link, victim);
                File.Move(link, _box.Target, overwrite: true);
                File.WriteAllText(file, "ours");
                File.Move(file, _box.Target, overwrite: true);
                flips++;
            }
        }, TestContext.Current.CancellationToken);
        int written = 0;
        int refused = 0;
        int leaked = 0;
        while (Volatile.Read(ref flips) < 5000)
        {
            Result<SecretFile> locked = _box.TryLock(_box.Target);
            using SecretFile? target = locked.Failure is null ? locked.Value : null;
            Result<byte[]?> read = target?.Read() ?? SecretFile.ReadUnlocked(_box.Target);
            leaked += read.Failure is null && read.Value is { } content && Encoding.UTF8.GetString(content) == Theirs ? 1 : 0;
            Result<bool>? write = target?.Write(Encoding.UTF8.GetBytes($"token{flips}"), _ => true);
            written += write is { Failure: null } ? 1 : 0;
            refused += write is { Failure: null } ? 0 : 1;
        }

        Volatile.Write(ref done, true);
        await swapper;
        output.WriteLine($"{flips} flips, {written} written, {refused} refused, {leaked} read through the link");
        Assert.Equal(Theirs, await File.ReadAllTextAsync(victim, TestContext.Current.CancellationToken));
        Assert.Equal(0, leaked);
        Assert.True(refused > 0 && written > 0, $"the race never happened: {written} written, {refused} refused");
    }
}
