using System.Runtime.InteropServices;
using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Files;

[Trait("About", "Concurrency")]
public sealed partial class RaceTests(ITestOutputHelper output) : IDisposable
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
        
        // Each time a link, and a file again: 10,000 flips.
        while ((Volatile.Read(ref flips) < 5000 || written < 200) && !swapper.IsCompleted)
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
        output.WriteLine($"{flips} times a link and a file again, {written} written, {refused} refused, {leaked} read through the link");
        Figures.Report($"{2 * flips} flips of a file and a link: {written} writes, {refused} refused, 0 through the link");
        Assert.Equal(Theirs, await File.ReadAllTextAsync(victim, TestContext.Current.CancellationToken));
        Assert.Equal(0, leaked);
        Assert.True(refused > 0 && written > 0, $"the race never happened: {written} written, {refused} refused");
    }

    /// <summary>
    /// A link among the directories is followed, as everywhere. But what was read in one directory must not be written in another one.
    /// </summary>
    [Fact]
    [Trait("System", "Unix")]
    public async Task Swapping_a_directory_and_a_link_while_we_work_never_carries_content_from_one_to_the_other()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux can exchange two names at once (renameat2).");
        const int Flips = 10_000;
        string place = Path.GetDirectoryName(_box.Target)!;
        string elsewhere = Directory.CreateDirectory(_box.At("elsewhere")).FullName;
        string other = _box.At("other");
        Directory.CreateSymbolicLink(other, elsewhere);
        await File.WriteAllTextAsync(_box.Target, "mine=1\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(elsewhere, "secrets.env"), "theirs=1\n", TestContext.Current.CancellationToken);
        bool done = false;
        int flips = 0;
        Task swapper = Task.Run(() =>
        {
            // Even in number: in the end everything is where it was.
            while (!Volatile.Read(ref done) || flips % 2 == 1)
            {
                Assert.Equal(0, Exchange(CurrentDirectory, place, CurrentDirectory, other, ExchangeFlag));
                flips++;
            }
        }, TestContext.Current.CancellationToken);
        int written = 0;
        int refused = 0;
        while ((Volatile.Read(ref flips) < Flips || written < 200) && !swapper.IsCompleted)
        {
            byte[] line = Encoding.UTF8.GetBytes($"token={written}\n");
            Result<SecretFile> locked = _box.TryLock(_box.Target);
            using SecretFile? target = locked.Failure is null ? locked.Value : null;
            Result<bool>? write = target?.Update(old => WithLine(old, line), now => now.IndexOf(line) >= 0);
            written += write is { Failure: null } ? 1 : 0;
            refused += write is { Failure: null } ? 0 : 1;
        }

        Volatile.Write(ref done, true);
        await swapper;

        // A directory that was exchanged between two calls may keep a temporary file, which the next run there removes.
        foreach (string path in (string[])[_box.Target, Path.Combine(elsewhere, "secrets.env")])
        {
            using SecretFile last = SecretFile.Lock(path, _box.LockFile, ct: TestContext.Current.CancellationToken).Value;
        }

        string[] mine = await File.ReadAllLinesAsync(_box.Target, TestContext.Current.CancellationToken);
        string[] theirs = await File.ReadAllLinesAsync(Path.Combine(elsewhere, "secrets.env"), TestContext.Current.CancellationToken);
        output.WriteLine($"{flips} flips, {written} written, {refused} refused; {string.Join(' ', mine)} and {string.Join(' ', theirs)}");
        Figures.Report($"{flips} flips of a directory and a link: {written} writes, {refused} refused, content carried over: 0");
        Assert.Equal("mine=1", mine[0]);
        Assert.Equal("theirs=1", theirs[0]);
        Assert.All((string[][])[mine, theirs], lines => Assert.InRange(lines.Length, 1, 2));
        Assert.Contains(mine.Concat(theirs), text => text.StartsWith("token=", StringComparison.Ordinal));
        Assert.DoesNotContain(
            Directory.GetFiles(place).Concat(Directory.GetFiles(elsewhere)), path => path.EndsWith(".tmp", StringComparison.Ordinal));
    }

    private static Result<byte[]> WithLine(ReadOnlySpan<byte> old, byte[] line)
    {
        string kept = string.Concat(Encoding.UTF8.GetString(old).Split('\n').Where(text => text.Length > 0 && !text.StartsWith("token=", StringComparison.Ordinal)).Select(text => text + "\n"));
        return (byte[])[.. Encoding.UTF8.GetBytes(kept), .. line];
    }

    private const int CurrentDirectory = -100;
    private const uint ExchangeFlag = 2;

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Exchange(int fromDirectory, string from, int toDirectory, string to, uint flags);
}
