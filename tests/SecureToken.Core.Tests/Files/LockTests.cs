using System.Globalization;
using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>The file of a lock: what stands in it, to whom it belongs, and when it cannot be had.</summary>
[Trait("System", "Unix")]
public sealed class LockTests : IDisposable
{
    private readonly TemporaryDirectory _place = new("lock");

    private string LockFile => _place["state", "it.lock"];

    private static string Ourselves => Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    public void Dispose() => _place.Dispose();

    [Fact]
    public void The_file_is_its_owners_and_names_the_holder_in_sixteen_bytes()
    {
        using FileLock held = Acquire(LockFile).Value;
        Assert.Equal(FileFacts.Private, FileFacts.Of(LockFile).Value!.Value.Mode);
        Assert.Equal(0, Posix.OpenFile(LockFile, write: false, out Microsoft.Win32.SafeHandles.SafeFileHandle handle));
        using (handle)
        {
            byte[] text = new byte[32];
            Assert.Equal(Ourselves.PadRight(15) + "\n", Encoding.ASCII.GetString(text, 0, RandomAccess.Read(handle, text, 0)));
        }

        Assert.Equal("process " + Ourselves, FileLock.HolderOf(LockFile));
    }

    [Theory]
    [InlineData("4711           \n", "process 4711")]
    [InlineData("4711", "process 4711")]
    [InlineData("", "unknown")]
    [InlineData("someone        \n", "unknown")]
    [InlineData(null, "unknown")]
    public void The_holder_is_read_from_the_file(string? content, string holder)
    {
        if (content is not null)
        {
            _place.Write("it.lock", content);
        }

        Assert.Equal(holder, FileLock.HolderOf(_place["it.lock"]));
    }

    [Fact]
    public void A_user_who_may_only_read_the_file_sees_the_holder()
    {
        AnotherUser.SkipUnlessWeAreRoot();
        Sandbox.SetMode(_place.Path, AnotherUser.ModeOf("755"));
        AnotherUser.Own(_place.Write("it.lock", "4711           \n"), 0, 0, "644");
        Assert.Equal("process 4711", AnotherUser.Gives(() => FileLock.HolderOf(_place["it.lock"])));
    }

    [Fact]
    public void Who_does_not_get_the_lock_is_told_of_the_holder_and_leaves_nothing_open()
    {
        using FileLock held = Acquire(LockFile).Value;
        Assert.Equal(Failure.Of(DiagnosticDescriptors.FileLocked, "its subject", "process " + Ourselves, 0.0), Acquire(LockFile).Failure);
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Open files are seen on Linux.");
        Assert.Equal(1, OpenHandles(LockFile));
    }

    [Theory]
    [InlineData("pipe", "a pipe")]
    [InlineData("directory", "a directory")]
    [InlineData("/dev/null", "a device")]
    public async Task What_is_no_file_is_no_lock_and_is_not_left_open(string name, string kind)
    {
        await Command.Run("mkfifo", [_place["pipe"]]);
        _place.Create("directory");
        Assert.Equal(Failure.Of(DiagnosticDescriptors.NotARegularFile, _place[name], kind), Acquire(_place[name]).Failure);
        Assert.True(!OperatingSystem.IsLinux() || name.StartsWith('/') || OpenHandles(_place[name]) == 0);
    }

    [Fact]
    public void A_directory_that_cannot_be_made_is_a_failure_of_the_lock_file()
    {
        string path = _place.Write("file", "theirs") + "/locks/it.lock";
        Failure? failure = Acquire(path).Failure;
        Assert.Equal(DiagnosticDescriptors.LockFileUnwritable, failure?.Descriptor);
        Assert.Equal(Failure.Of(DiagnosticDescriptors.LockFileUnwritable, path, "its subject", $"The file '{_place["file"]}' already exists"), failure);
    }

    [Fact]
    public void A_file_that_cannot_be_made_is_a_failure_of_the_lock_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A place where nobody can make a file is Linux's.");
        Failure? failure = Acquire("/proc/it.lock").Failure;
        Assert.Equal(DiagnosticDescriptors.LockFileUnwritable, failure?.Descriptor);
        Assert.Contains("/proc/it.lock", failure!.Message, StringComparison.Ordinal);
        Assert.Contains("its subject", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(AnotherUser.Service, AnotherUser.App)]
    public void What_root_makes_in_a_users_directory_is_the_users(uint owner, uint group)
    {
        AnotherUser.SkipUnlessWeAreRoot();
        AnotherUser.Own(_place.Path, owner, group, "755");
        Acquire(_place["it.lock"]).Value.Dispose();
        FileFacts facts = FileFacts.Of(_place["it.lock"]).Value!.Value;
        Assert.Equal((owner, group), (facts.Owner, facts.Group));
    }

    [Fact]
    public void What_a_user_makes_has_his_own_group()
    {
        AnotherUser.SkipUnlessWeAreRoot();
        AnotherUser.Own(_place.Path, AnotherUser.Service, AnotherUser.App, "755");
        AnotherUser.Gives(() => Acquire(_place["it.lock"]).Value, AnotherUser.App).Dispose();
        FileFacts facts = FileFacts.Of(_place["it.lock"]).Value!.Value;
        Assert.Equal((AnotherUser.Service, AnotherUser.Service), (facts.Owner, facts.Group));
    }

    private static Result<FileLock> Acquire(string path) => FileLock.Acquire(path, "its subject", TimeSpan.Zero, CancellationToken.None);

    private static int OpenHandles(string path) =>
        Directory.GetFiles("/proc/self/fd").Count(descriptor => new FileInfo(descriptor).LinkTarget == path);
}
