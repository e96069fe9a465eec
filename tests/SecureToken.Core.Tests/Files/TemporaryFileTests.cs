using Microsoft.Win32.SafeHandles;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;
using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>The name beside the target that one writer has at a time.</summary>
[Trait("System", "Unix")]
[Trait("About", "Concurrency")]
public sealed class TemporaryFileTests : IDisposable
{
    private const UnixFileMode Anyone = (UnixFileMode)0b111_111_111;
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly Sandbox _box = new();

    public void Dispose() => _box.Dispose();

    [Fact]
    public void Who_finds_a_living_writer_waits_until_the_limit_and_leaves_its_file()
    {
        using TemporaryFile first = Create();
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(5));
        Result<TemporaryFile> second = TemporaryFile.Create(_box.Target, "api.env", TimeSpan.FromMilliseconds(50), late.Token);
        Assert.Equal(Failure.Of(DiagnosticDescriptors.FileLocked, "api.env", "unknown", 0.05), second.Failure);
        Assert.False(TemporaryFile.RemoveDead(_box.Temporary));
        Assert.True(File.Exists(_box.Temporary));
        Assert.Contains("unknown", second.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_finds_a_living_writer_gets_the_name_when_that_one_ends()
    {
        TemporaryFile first = Create();
        Task<Result<TemporaryFile>> second = Task.Run(
            () => TemporaryFile.Create(_box.Target, "api.env", TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.False(second.IsCompleted);
        first.Dispose();
        using TemporaryFile file = (await second).Value;
        Assert.True(File.Exists(_box.Temporary));
    }

    [Fact]
    public void A_cancelled_writer_does_not_wait()
    {
        Assert.Equal(
            Failure.Of(DiagnosticDescriptors.Cancelled),
            TemporaryFile.Create(_box.Target, "api.env", TimeSpan.FromMinutes(1), new CancellationToken(canceled: true)).Failure);
        Assert.Empty(_box.Leftovers);
    }

    [Fact]
    public void A_dead_writers_file_is_removed_and_a_missing_one_is_no_obstacle()
    {
        File.WriteAllText(_box.Temporary, "token");
        Assert.True(TemporaryFile.RemoveDead(_box.Temporary));
        Assert.False(File.Exists(_box.Temporary));
        Assert.True(TemporaryFile.RemoveDead(_box.Temporary));
    }

    /// <summary>Its lock cannot be asked for where it may not be opened for writing; then its age tells whether its writer lives.</summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(5, false)]
    [InlineData(60, true)]
    public void A_file_that_may_not_be_opened_is_a_dead_writers_when_it_is_old(int age, bool isRemoved)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only on Linux a thread can have the rights of another user.");
        File.WriteAllText(_box.Temporary, "token");
        File.SetLastWriteTimeUtc(_box.Temporary, DateTime.UtcNow.AddSeconds(-age));
        Sandbox.SetMode(_box.Temporary, Readable);
        OpenToAll();
        Assert.Equal(isRemoved, AnotherUser.GivesByPermission(() => TemporaryFile.RemoveDead(_box.Temporary)));
        Assert.Equal(isRemoved, !File.Exists(_box.Temporary));
    }

    [Fact]
    public void The_new_file_takes_the_targets_place_and_no_lock_stays_on_it()
    {
        _box.Put("old");
        using TemporaryFile file = Create();
        file.Stream.Write("new"u8);
        Assert.True(file.TakePlaceOf(_box.Target));
        Assert.Equal("new", _box.Content);
        Assert.Empty(_box.Leftovers);
        Assert.Equal(0, Posix.OpenFile(_box.Target, write: true, out SafeFileHandle handle));
        using SafeFileHandle target = handle;
        Assert.Equal(0, Posix.Lock(target));
    }

    [Fact]
    public void What_has_taken_the_targets_place_is_not_removed_even_under_its_old_name()
    {
        using (TemporaryFile file = Create())
        {
            Assert.True(file.TakePlaceOf(_box.Target));
            File.Move(_box.Target, _box.Temporary);
        }

        Assert.True(File.Exists(_box.Temporary));
    }

    [Fact]
    public void A_file_that_was_taken_for_dead_takes_no_place_and_the_next_writers_stays()
    {
        _box.Put("old");
        using (TemporaryFile file = Create())
        {
            File.Delete(_box.Temporary);
            Assert.False(file.TakePlaceOf(_box.Target));
            File.WriteAllText(_box.Temporary, "theirs");
            Assert.False(file.TakePlaceOf(_box.Target));
        }

        Assert.Equal("old", _box.Content);
        Assert.Equal("theirs", File.ReadAllText(_box.Temporary));
    }

    [Fact]
    public void A_name_that_is_gone_at_the_rename_is_not_a_fault()
    {
        // The system says of an empty name what it says of a file that was removed a moment before.
        using TemporaryFile file = Create();
        Assert.False(file.TakePlaceOf(Path.GetDirectoryName(_box.Target) + "/"));
    }

    [Fact]
    public void A_rename_that_fails_is_told_and_the_file_removed()
    {
        Directory.CreateDirectory(_box.Target);
        using (TemporaryFile file = Create())
        {
            Assert.Equal("Is a directory", Assert.Throws<IOException>(() => file.TakePlaceOf(_box.Target)).Message);
        }

        Assert.Empty(_box.Leftovers);
    }

    [Fact]
    public void Nothing_stays_open()
    {
        TemporaryFile file = Create();
        (SafeFileHandle handle, SafeFileHandle directory) = (file.Handle, file.Directory!);
        file.Dispose();
        Assert.True(handle.IsClosed);
        Assert.True(directory.IsClosed);
    }

    [Fact]
    public void Nothing_stays_open_when_the_file_cannot_be_removed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only on Linux a thread can have the rights of another user.");
        string directory = Path.GetDirectoryName(_box.Target)!;
        TemporaryFile file = Create();
        Sandbox.SetMode(directory, (UnixFileMode)0b101_101_101);
        AnotherUser.GivesByPermission(() =>
        {
            file.Dispose();
            return true;
        });
        Sandbox.SetMode(directory, FileFacts.Private | UnixFileMode.UserExecute);
        Assert.True(file.Handle.IsClosed);
        Assert.True(file.Directory!.IsClosed);
        Assert.True(File.Exists(_box.Temporary));
    }

    [Fact]
    public void A_directory_is_not_left_open_when_no_file_can_be_made_in_it()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self/fd"), "The open files are listed on Linux only.");
        string tooLong = Path.Combine(Path.GetDirectoryName(_box.Target)!, new string('x', 250));
        Assert.ThrowsAny<IOException>(() => TemporaryFile.Create(tooLong, "x", TimeSpan.Zero, CancellationToken.None));
        using (Create())
        {
            Assert.NotNull(TemporaryFile.Create(_box.Target, "x", TimeSpan.Zero, CancellationToken.None).Failure);
            Assert.Equal(2, OpenFiles().Count(path => path.StartsWith(_box.Root, StringComparison.Ordinal)));
        }

        Assert.DoesNotContain(OpenFiles(), path => path.StartsWith(_box.Root, StringComparison.Ordinal));
    }

    /// <summary>Between open and lock another writer may take the file for dead; then it is made again, and nothing stays open.</summary>
    [Fact]
    public async Task Being_taken_for_dead_at_once_is_not_a_fault()
    {
        bool done = false;
        Task other = Task.Run(
            () =>
            {
                while (!Volatile.Read(ref done))
                {
                    TemporaryFile.RemoveDead(_box.Temporary);
                }
            },
            TestContext.Current.CancellationToken);
        try
        {
            for (long end = Environment.TickCount64 + 700; Environment.TickCount64 < end;)
            {
                Result<TemporaryFile> made = TemporaryFile.Create(_box.Target, "x", TimeSpan.FromMinutes(1), CancellationToken.None);
                Assert.Null(made.Failure);
                made.Value.Dispose();
            }
        }
        finally
        {
            Volatile.Write(ref done, true);
            await other;
        }

        Assert.Empty(_box.Leftovers);
        Assert.DoesNotContain(OpenFiles(), path => path.StartsWith(_box.Root, StringComparison.Ordinal));
    }

    private TemporaryFile Create() =>
        TemporaryFile.Create(_box.Target, "api.env", TimeSpan.Zero, TestContext.Current.CancellationToken).Value;

    private void OpenToAll()
    {
        Sandbox.SetMode(_box.Root, Anyone);
        Sandbox.SetMode(Path.GetDirectoryName(_box.Target)!, Anyone);
    }

    /// <summary>What this process has open; none where the system does not list it.</summary>
    private static IEnumerable<string> OpenFiles() => Directory.Exists("/proc/self/fd")
        ? Directory.GetFileSystemEntries("/proc/self/fd").Select(path => new FileInfo(path).LinkTarget ?? string.Empty) : [];
}
