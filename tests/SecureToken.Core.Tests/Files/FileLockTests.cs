using System.Diagnostics;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using Xunit;

namespace SecureToken.Core.Tests.Files;

[Trait("System", "Unix")]
[Trait("About", "Concurrency")]
public sealed class FileLockTests : IDisposable
{
    private readonly Sandbox _box = new();

    public void Dispose() => _box.Dispose();

    [Fact]
    public void Two_threads_of_one_process_exclude_each_other()
    {
        int inside = 0;
        int most = 0;
        int count = 0;
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            using FileLock held = FileLock.Acquire(_box.LockFile, "it", TimeSpan.FromMinutes(1), CancellationToken.None).Value;
            most = Math.Max(most, ++inside);
            count++;
            Thread.Yield();
            inside--;
        });
        Assert.Equal((200, 1), (count, most));
    }

    [Fact]
    [Trait("Needs", "probe")]
    public async Task A_living_holder_is_named_at_our_limit_and_a_killed_one_is_no_obstacle()
    {
        using Process holder = Command.Start(await Probe.Executable, ["hold", _box.LockFile]);
        Assert.Equal("held", await holder.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        Result<FileLock> refused = Acquire(TimeSpan.FromMilliseconds(200));
        Assert.Equal("SECTOK501", refused.Failure?.Code);
        Assert.Contains($"deploy/api.env is locked by another process (process {holder.Id})", refused.Failure!.Message, StringComparison.Ordinal);

        holder.Kill();
        await holder.WaitForExitAsync(TestContext.Current.CancellationToken);
        using FileLock taken = Acquire(TimeSpan.Zero).Value; // one try, no waiting
    }

    [Fact]
    public void Giving_the_lock_back_lets_the_next_one_in_and_keeps_the_file()
    {
        Acquire(TimeSpan.Zero).Value.Dispose();

        // What we have let go, a child that another test is just starting may hold a moment longer.
        Acquire(TimeSpan.FromSeconds(5)).Value.Dispose();
        Assert.True(File.Exists(_box.LockFile));
    }

    [Fact]
    public void Two_files_under_one_lock_do_not_give_it_back()
    {
        using FileLock held = Acquire(TimeSpan.Zero).Value;
        foreach (string name in (string[])["one", "two"])
        {
            using SecretFile file = SecretFile.Under(_box.At("work", name), held).Value;
            Assert.True(file.Write("a=1\n"u8, _ => true).Value);
        }

        Assert.Equal("SECTOK501", Acquire(TimeSpan.Zero).Failure?.Code);
    }

    [Fact]
    public void Cancelling_ends_the_wait()
    {
        using FileLock held = Acquire(TimeSpan.Zero).Value;
        using CancellationTokenSource cancellation = new();
        cancellation.CancelAfter(20);
        Assert.Equal("SECTOK316", FileLock.Acquire(_box.LockFile, "it", TimeSpan.FromHours(1), cancellation.Token).Failure?.Code);
    }

    [Theory]
    [Trait("Needs", "probe")]
    [InlineData("ENOLCK")]
    [InlineData("EOPNOTSUPP")]
    [InlineData("EIO")]
    [InlineData("EINVAL")]
    public async Task A_file_system_that_cannot_lock_is_a_failure_and_never_silence(string error)
    {
        Trace trace = await Strace.Run(
            _box, ["-P", _box.LockFile, "-e", $"inject=flock:error={error}"], [await Probe.Executable, .. Probe.SetArguments(_box, "a", "1")]);
        Assert.Equal(17, trace.Ended.Exit);
        Assert.StartsWith("SECTOK508", trace.Ended.Error, StringComparison.Ordinal);
        Assert.Null(_box.Content);
    }

    [Fact]
    public async Task A_link_in_place_of_the_lock_file_is_refused()
    {
        string victim = _box.At("victim");
        await File.WriteAllTextAsync(victim, "theirs", TestContext.Current.CancellationToken);
        Directory.CreateDirectory(Path.GetDirectoryName(_box.LockFile)!);
        File.CreateSymbolicLink(_box.LockFile, victim);
        Assert.Equal("SECTOK502", Acquire(TimeSpan.Zero).Failure?.Code);
        Assert.Equal("theirs", await File.ReadAllTextAsync(victim, TestContext.Current.CancellationToken));
    }

    private Result<FileLock> Acquire(TimeSpan limit) =>
        FileLock.Acquire(_box.LockFile, "deploy/api.env", limit, TestContext.Current.CancellationToken);
}
