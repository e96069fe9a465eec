using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;
using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>How new content takes the place of a file, what stops it, and what it says then.</summary>
[Trait("System", "Unix")]
public sealed class AtomicWriteTests : IDisposable
{
    private readonly Sandbox _box = new();

    private string Work => Path.GetDirectoryName(_box.Target)!;

    public void Dispose() => _box.Dispose();

    [Fact]
    public void A_leftover_is_seen_and_so_is_a_name_that_nobody_can_look_at()
    {
        Assert.False(AtomicFileWriter.HasLeftover(_box.Target));
        File.WriteAllText(_box.Temporary, "token");
        Assert.True(AtomicFileWriter.HasLeftover(_box.Target));
        _box.Put("a=1\n");
        Assert.True(AtomicFileWriter.HasLeftover(Path.Combine(_box.Target, "below-a-file")));
    }

    [Fact]
    public void A_living_writer_of_the_file_is_waited_for_and_named()
    {
        using TemporaryFile other = TemporaryFile.Create(_box.Target, "x", TimeSpan.Zero, CancellationToken.None).Value;
        Assert.Equal(
            Failure.Of(DiagnosticDescriptors.FileLocked, "api.env", "unknown", 0.02),
            Writer().Write(new FileContent("new"u8), null, null, Durability.Full, TimeSpan.FromMilliseconds(20), CancellationToken.None).Failure);
    }

    [Fact]
    public void What_cannot_be_read_again_is_told()
    {
        File.CreateSymbolicLink(_box.Target, _box.At("victim"));
        Assert.Equal(Failure.Of(DiagnosticDescriptors.LinkRefused, "api.env"), Write("new"u8, isStillSeen: _ => true).Failure);
        Assert.Empty(_box.Leftovers);
    }

    [Fact]
    public void What_was_read_again_is_zeroed()
    {
        _box.Put("old");
        Snapshot? seen = null;
        Assert.True(Write("new"u8, isStillSeen: now =>
        {
            seen = now;
            Assert.Equal("old"u8, now!.Content);
            return true;
        }).Value);
        Assert.Equal([0, 0, 0], seen!.Content);
        Assert.Equal("new", _box.Content);
    }

    [Fact]
    public void A_file_that_is_not_as_it_was_seen_stays()
    {
        _box.Put("old");
        Assert.False(Write("new"u8, isStillSeen: _ => false).Value);
        Assert.Equal("old", _box.Content);
        Assert.Empty(_box.Leftovers);
    }

    [Theory]
    [InlineData("old")]
    [InlineData(null)]
    public void What_another_program_writes_before_the_rename_stays(string? before)
    {
        if (before is not null)
        {
            _box.Put(before);
        }

        Assert.False(Write("new"u8, _ => Done(() => File.WriteAllText(_box.Target, "theirs")), _ => true).Value);
        Assert.Equal("theirs", _box.Content);
        Assert.Empty(_box.Leftovers);
    }

    [Fact]
    public void A_writer_that_was_taken_for_dead_writes_nothing()
    {
        _box.Put("old");
        Assert.False(Write("new"u8, _ => Done(() => File.Delete(_box.Temporary))).Value);
        Assert.Equal("old", _box.Content);
    }

    [Fact]
    public void Content_that_fails_its_proof_is_told_in_words()
    {
        Assert.Equal(
            Failure.Of(DiagnosticDescriptors.FileUnwritable, "api.env", "the new content does not read back as the token"),
            Write("new"u8, _ => false).Failure);
        Assert.Null(_box.Content);
    }

    [Fact]
    public void What_the_group_had_it_keeps()
    {
        _box.Put("old", FileFacts.Private | UnixFileMode.GroupRead);
        AtomicFileWriter writer = Writer();
        Assert.True(Write("new"u8, writer: writer).Value);
        Assert.Equal(FileFacts.Private | UnixFileMode.GroupRead, File.GetUnixFileMode(_box.Target));
        Assert.Empty(writer.Losses);
    }

    /// <summary>File and target are names in the directory that was opened first, whatever its path leads to meanwhile.</summary>
    [Fact]
    public void A_directory_that_is_exchanged_meanwhile_gets_nothing()
    {
        _box.Put("old");
        Assert.True(Write("new"u8, _ => Done(() =>
        {
            Directory.Move(Work, _box.At("moved"));
            Directory.CreateDirectory(Work);
            File.WriteAllText(_box.Target, "theirs");
        }), _ => true).Value);
        Assert.Equal("theirs", _box.Content);
        Assert.Equal("new", File.ReadAllText(_box.At("moved", "secrets.env")));
    }

    [Fact]
    public void A_file_that_is_not_there_after_the_rename_is_told()
    {
        Assert.Equal(
            Failure.Of(DiagnosticDescriptors.ReadBackFailed, "api.env"),
            Write("new"u8, _ => Done(() =>
            {
                Directory.Move(Work, _box.At("moved"));
                Directory.CreateDirectory(Work);
            })).Failure);
    }

    [Fact]
    public void A_link_that_is_there_after_the_rename_is_told()
    {
        Assert.Equal(
            Failure.Of(DiagnosticDescriptors.LinkRefused, "api.env"),
            Write("new"u8, _ => Done(() =>
            {
                Directory.Move(Work, _box.At("moved"));
                Directory.CreateDirectory(Work);
                File.CreateSymbolicLink(_box.Target, _box.At("moved", "secrets.env"));
            })).Failure);
    }

    [Fact]
    public void A_rehearsal_removes_what_a_killed_run_left_and_makes_no_name()
    {
        _box.Put("old");
        File.WriteAllText(_box.Temporary, "token");
        Assert.Null(Writer().Rehearse(3));
        Assert.Empty(_box.Leftovers);
        Assert.Equal("old", _box.Content);
        Assert.SkipUnless(OperatingSystem.IsLinux() && HasNamelessFiles(), "There are no files without a name here.");
        var before = new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        Directory.SetLastWriteTimeUtc(Work, before);
        Assert.Null(Writer().Rehearse(3));
        Assert.Equal(before, Directory.GetLastWriteTimeUtc(Work));
    }

    [Fact]
    public void A_rehearsal_in_a_missing_directory_is_told()
    {
        Directory.Delete(Work);
        Failure failure = Writer().Rehearse(3)!;
        Assert.Equal("SECTOK505", failure.Code);
        Assert.Matches($@"^api\.env .*'{_box.Target}\.[0-9a-f]{{32}}\.tmp'", failure.Message);
    }

    [Fact]
    public void A_file_that_cannot_be_deleted_is_told_with_the_systems_reason()
    {
        Directory.CreateDirectory(_box.Target);
        Assert.Equal(Failure.Of(DiagnosticDescriptors.FileNotDeleted, "api.env", "Is a directory"), Writer().Delete());
        Directory.Delete(_box.Target);
        _box.Put("old");
        Assert.Null(Writer().Delete());
        Assert.Null(_box.Content);
    }

    [Fact]
    public void What_a_killed_run_left_is_removed_and_what_a_living_writer_has_stays()
    {
        File.WriteAllText(_box.Temporary, "token");
        Writer().RemoveLeftover();
        Assert.Empty(_box.Leftovers);
        using TemporaryFile other = TemporaryFile.Create(_box.Target, "x", TimeSpan.Zero, CancellationToken.None).Value;
        Writer().RemoveLeftover();
        Assert.Equal([_box.Temporary], _box.Leftovers);
    }

    private AtomicFileWriter Writer() => new(_box.Target, "api.env", isSecret: true);

    private Result<bool> Write(
        ReadOnlySpan<byte> content, ContentProof? proof = null, Func<Snapshot?, bool>? isStillSeen = null, AtomicFileWriter? writer = null) =>
        (writer ?? Writer()).Write(
            new FileContent(content), proof, isStillSeen, Durability.Full, TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);

    private bool HasNamelessFiles()
    {
        bool has = Posix.OpenNameless(Work, out Microsoft.Win32.SafeHandles.SafeFileHandle handle) == 0;
        handle.Dispose();
        return has;
    }

    private static bool Done(Action action)
    {
        action();
        return true;
    }
}
