using System.Runtime.InteropServices;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;
using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>Files to which lines are added: our own, and those of the runner of a job.</summary>
[Trait("System", "Unix")]
public sealed partial class LogFileTests : IDisposable
{
    private const UnixFileMode Anyone = (UnixFileMode)0b111_111_111;
    private const int Limit = 16 * 1024 * 1024;

    /// <summary>
    /// Past a limit the kernel sends SIGXFSZ, which ends a process that does not handle it. It is handled a moment later, so this stays.
    /// </summary>
    private static readonly PosixSignalRegistration TooLarge =
        PosixSignalRegistration.Create((PosixSignal)25, context => context.Cancel = true);

    private readonly Sandbox _box = new();

    private string Log => _box.Target;

    public void Dispose() => _box.Dispose();

    public static TheoryData<string, string> Before => new()
    {
        { string.Empty, "a=1\n" },
        { "b=2\n", "b=2\na=1\n" },
        { "b=2", "b=2\na=1\n" },
        { "\n", "\na=1\n" },
        { "b=2\n\n", "b=2\n\na=1\n" },
    };

    [Theory]
    [MemberData(nameof(Before))]
    public void A_line_of_ours_comes_last_and_one_that_was_cut_off_is_ended(string before, string after)
    {
        _box.Put(before, FileFacts.Private | UnixFileMode.OtherRead);
        Assert.Null(PrivateLog.Append(Log, "a=1"u8));
        Assert.Equal(after, _box.Content);
        Assert.Equal(FileFacts.Private, File.GetUnixFileMode(Log));
    }

    [Fact]
    public void A_log_of_ours_is_made_for_its_owner_only()
    {
        Assert.Null(PrivateLog.Append(Log, "a=1"u8));
        Assert.Null(PrivateLog.Append(Log, "a=2"u8));
        Assert.Equal("a=1\na=2\n", _box.Content);
        Assert.Equal(FileFacts.Private, File.GetUnixFileMode(Log));
        Assert.Equal([Log + ".lock"], _box.Leftovers);
    }

    [Fact]
    public void A_log_of_ours_with_a_link_in_place_of_its_lock_or_of_itself_is_refused()
    {
        File.CreateSymbolicLink(Log + ".lock", _box.At("victim"));
        Assert.Equal(Failure.Of(DiagnosticDescriptors.LinkRefused, Log + ".lock"), PrivateLog.Append(Log, "a=1"u8));
        Assert.Null(_box.Content);
        File.Delete(Log + ".lock");
        File.CreateSymbolicLink(Log, _box.At("victim"));
        Assert.Equal(Failure.Of(DiagnosticDescriptors.LinkRefused, Log), PrivateLog.Append(Log, "a=1"u8));
        Assert.False(File.Exists(_box.At("victim")));
    }

    [Fact]
    public void A_log_of_ours_that_may_not_be_written_is_told()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only on Linux a thread can have the rights of another user.");
        _box.Put("b=2\n", UnixFileMode.UserRead);
        Sandbox.SetMode(_box.Root, Anyone);
        Sandbox.SetMode(Path.GetDirectoryName(Log)!, Anyone | UnixFileMode.StickyBit);
        Failure failure = AnotherUser.GivesByPermission(() => PrivateLog.Append(Log, "a=1"u8))!;
        Assert.Equal(Failure.Of(DiagnosticDescriptors.FileUnwritable, Log, $"Access to the path '{Log}' is denied"), failure);
        Assert.Equal("b=2\n", _box.Content);
    }

    [Theory]
    [MemberData(nameof(Before))]
    public void Lines_in_a_file_of_others_come_last_and_its_mode_stays(string before, string after)
    {
        _box.Put(before, FileFacts.Private | UnixFileMode.OtherRead);
        Assert.Null(SharedLog.Check(Log));
        Assert.Equal(before, _box.Content);
        Assert.Null(SharedLog.Append(Log, "a=1\n"u8));
        Assert.Equal(after, _box.Content);
        Assert.Equal(FileFacts.Private | UnixFileMode.OtherRead, File.GetUnixFileMode(Log));
        AssertNothingIsOpen();
    }

    [Fact]
    public void A_missing_file_of_others_is_not_made() =>
        AssertRefused(Failure.Of(DiagnosticDescriptors.FileUnwritable, Log, "No such file or directory"));

    [Fact]
    public void A_link_in_place_of_a_file_of_others_is_refused()
    {
        File.WriteAllText(_box.At("victim"), "theirs");
        File.CreateSymbolicLink(Log, _box.At("victim"));
        AssertRefused(Failure.Of(DiagnosticDescriptors.LinkRefused, Log));
        Assert.Equal("theirs", File.ReadAllText(_box.At("victim")));
    }

    [Fact]
    public void A_directory_in_place_of_a_file_of_others_is_refused()
    {
        Directory.CreateDirectory(Log);
        AssertRefused(Failure.Of(DiagnosticDescriptors.FileUnwritable, Log, "Is a directory"));
    }

    [Fact]
    public async Task A_pipe_in_place_of_a_file_of_others_is_refused()
    {
        await Command.Run("mkfifo", [Log]);
        AssertRefused(Failure.Of(DiagnosticDescriptors.NotARegularFile, Log, "a pipe"));
    }

    [Fact]
    public void Lines_that_do_not_read_back_are_told()
    {
        _box.Put("b=2\n");
        Assert.Equal(Failure.Of(DiagnosticDescriptors.ReadBackFailed, Log), SharedLog.Append(Log, new byte[Limit + 1]));
    }

    /// <summary>
    /// A full disk takes a part of the lines, or none. So does the limit on the size of files, which is far beyond what other tests write.
    /// </summary>
    [Theory]
    [InlineData(5, "the disk is full")]
    [InlineData(0, "File too large")]
    public void Lines_that_were_not_written_as_a_whole_are_told(int room, string reason)
    {
        const long Most = 1L << 32;
        using (FileStream file = File.Create(Log))
        {
            file.SetLength(Most - room);
        }

        const int FileSize = 1;
        Assert.NotNull(TooLarge);
        Assert.Equal(0, GetLimit(FileSize, out ResourceLimit usual));
        Assert.Equal(0, SetLimit(FileSize, usual with { Soft = (ulong)Most }));
        try
        {
            Assert.Equal(Failure.Of(DiagnosticDescriptors.FileUnwritable, Log, reason), SharedLog.Append(Log, "a=12345678\n"u8));
        }
        finally
        {
            Assert.Equal(0, SetLimit(FileSize, usual));
        }

        AssertNothingIsOpen();
    }

    private void AssertRefused(Failure expected)
    {
        Assert.Equal(expected, SharedLog.Check(Log));
        Assert.Equal(expected, SharedLog.Append(Log, "a=1\n"u8));
        AssertNothingIsOpen();
    }

    private void AssertNothingIsOpen()
    {
        if (Directory.Exists("/proc/self/fd"))
        {
            Assert.DoesNotContain(
                Directory.GetFileSystemEntries("/proc/self/fd"), path => new FileInfo(path).LinkTarget?.StartsWith(_box.Root, StringComparison.Ordinal) == true);
        }
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetLimit(int resource, out ResourceLimit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetLimit(int resource, in ResourceLimit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct ResourceLimit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
