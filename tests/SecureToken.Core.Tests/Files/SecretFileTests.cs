using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;
using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>Lock, read, edit, write: what each says, and what it leaves in memory.</summary>
[Trait("System", "Unix")]
public sealed class SecretFileTests : IDisposable
{
    private const int Limit = 16 * 1024 * 1024;

    private readonly Sandbox _box = new();

    private string Work => Path.GetDirectoryName(_box.Target)!;

    public void Dispose() => _box.Dispose();

    [Fact]
    public void The_lock_file_keeps_others_out_until_the_limit_that_was_given()
    {
        using SecretFile first = _box.Lock();
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(5));
        Assert.Equal(
            Failure.Of(DiagnosticDescriptors.FileLocked, _box.Target, $"process {Environment.ProcessId}", 0.02),
            SecretFile.Lock(_box.Target, _box.LockFile, TimeSpan.FromMilliseconds(20), ct: late.Token).Failure);
    }

    [Fact]
    public void A_writer_without_a_lock_file_waits_for_the_name_until_the_limit_that_was_given()
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(5));
        using SecretFile file = SecretFile.Lock(_box.Target, null, TimeSpan.FromMilliseconds(20), ct: late.Token).Value;
        using TemporaryFile other = TemporaryFile.Create(_box.Target, "x", TimeSpan.Zero, CancellationToken.None).Value;
        Failure expected = Failure.Of(DiagnosticDescriptors.FileLocked, _box.Target, "unknown", 0.02);
        Assert.Equal(expected, file.Write("a"u8, _ => true).Failure);
        Assert.Equal(expected, file.Update(_ => "a"u8.ToArray(), _ => true).Failure);
    }

    [Fact]
    public void Under_a_lock_of_the_caller_the_limit_of_secrets_holds()
    {
        SetLength(Limit + 1);
        using SecretFile file = SecretFile.Under(_box.Target, null).Value;
        Assert.Equal(Failure.Of(DiagnosticDescriptors.FileTooLarge, _box.Target, Limit), file.Read().Failure);
    }

    [Fact]
    public void A_write_needs_a_proof_and_an_update_an_editor_too()
    {
        using SecretFile file = _box.Lock();
        Assert.Equal("proof", Assert.Throws<ArgumentNullException>(() => file.Write("a"u8, null!)).ParamName);
        Assert.Equal("proof", Assert.Throws<ArgumentNullException>(() => file.Update(_ => "a"u8.ToArray(), null!)).ParamName);
        Assert.Equal("editor", Assert.Throws<ArgumentNullException>(() => file.Update(null!, _ => true)).ParamName);
        Assert.Null(_box.Content);
    }

    [Fact]
    public void What_became_a_link_since_it_was_locked_is_refused_by_each()
    {
        using SecretFile file = _box.Lock();
        File.CreateSymbolicLink(_box.Target, _box.At("victim"));
        Failure expected = Failure.Of(DiagnosticDescriptors.LinkRefused, _box.Target);
        Assert.Equal(expected, file.Read().Failure);
        Assert.Equal(expected, file.Write("a"u8, _ => true).Failure);
        Assert.Equal(expected, file.Update(_ => "a"u8.ToArray(), _ => true).Failure);
        Assert.Equal(expected, file.Rehearse(1));
        Assert.Equal(expected, file.Delete().Failure);
        Assert.NotNull(new FileInfo(_box.Target).LinkTarget);
    }

    [Fact]
    public void Where_the_directory_became_a_file_the_system_says_why()
    {
        using SecretFile file = _box.Lock();
        Directory.Delete(Work);
        Assert.Equal("SECTOK505", file.Rehearse(1)?.Code);
        File.WriteAllText(Work, string.Empty);
        Assert.Equal(Failure.Of(DiagnosticDescriptors.FileUnreadable, _box.Target, "Not a directory"), file.Delete().Failure);
    }

    [Fact]
    public void What_the_editor_or_the_proof_refuses_is_not_written()
    {
        _box.Put("a=1\n");
        using SecretFile file = _box.Lock();
        Assert.Equal(
            Failure.Of(DiagnosticDescriptors.Cancelled), file.Update(_ => Failure.Of(DiagnosticDescriptors.Cancelled), _ => true).Failure);
        Assert.Equal(
            Failure.Of(DiagnosticDescriptors.FileUnwritable, _box.Target, "the new content does not read back as the token"),
            file.Update(_ => "a=2\n"u8.ToArray(), _ => false).Failure);
        Assert.Equal("a=1\n", _box.Content);
    }

    [Fact]
    public void The_new_content_is_zeroed_when_it_is_written()
    {
        byte[] content = "a=2\n"u8.ToArray();
        using SecretFile file = _box.Lock();
        Assert.True(file.Update(_ => content, _ => true).Value);
        Assert.Equal(new byte[4], content);
        Assert.Equal("a=2\n", _box.Content);
    }

    /// <summary>While the editor works another program makes, changes or removes the file, and so it is asked again.</summary>
    [Theory]
    [InlineData(null, "theirs", "theirs+ours")]
    [InlineData("old", "theirs", "theirs+ours")]
    [InlineData("old", null, "+ours")]
    public void What_another_program_does_while_the_editor_works_is_edited_again(string? before, string? theirs, string after)
    {
        Become(before);
        using SecretFile file = _box.Lock();
        List<string> seen = [];
        Assert.True(file.Update(old => Edited(old, seen, theirs), _ => true).Value);
        Assert.Equal([before ?? string.Empty, theirs ?? string.Empty], seen);
        Assert.Equal(after, _box.Content);
    }

    /// <summary>The same just before the new content takes the file's place.</summary>
    [Theory]
    [InlineData(null, "theirs", "theirs+ours")]
    [InlineData("old", "theirs", "theirs+ours")]
    [InlineData("old", null, "+ours")]
    public void What_another_program_does_before_the_rename_is_edited_again(string? before, string? theirs, string after)
    {
        Become(before);
        using SecretFile file = _box.Lock();
        List<string> seen = [];
        Assert.True(file.Update(
            old => Edited(old, seen, before),
            _ =>
            {
                if (seen.Count == 1)
                {
                    Become(theirs);
                }

                return true;
            }).Value);
        Assert.Equal([before ?? string.Empty, theirs ?? string.Empty], seen);
        Assert.Equal(after, _box.Content);
    }

    [Fact]
    public void Writers_that_never_stop_are_told_when_the_limit_is_over()
    {
        using SecretFile file = SecretFile.Lock(
            _box.Target, null, TimeSpan.FromMilliseconds(20), ct: TestContext.Current.CancellationToken).Value;
        int number = 0;
        Result<bool> written = file.Update(
            _ => "a"u8.ToArray(),
            _ =>
            {
                Become($"theirs {++number}");
                return true;
            });
        Assert.Equal(Failure.Of(DiagnosticDescriptors.FileLocked, _box.Target, "unknown", 0.02), written.Failure);
        Assert.Equal($"theirs {number}", _box.Content);
    }

    [Fact]
    public void What_a_killed_run_left_is_removed_when_the_file_is_locked()
    {
        File.WriteAllText(_box.Temporary, "token");
        using SecretFile file = _box.Lock();
        Assert.Empty(_box.Leftovers);
    }

    [Fact]
    public void A_link_in_a_directory_that_everyone_may_write_is_refused_for_its_directory()
    {
        File.CreateSymbolicLink(_box.Target, _box.At("victim"));
        Sandbox.SetMode(Work, (UnixFileMode)0b111_111_111);
        Assert.Equal(Failure.Of(DiagnosticDescriptors.DirectoryUnsafe, Work), _box.TryLock(_box.Target).Failure);
    }

    [Fact]
    public void A_rehearsal_counts_what_is_there()
    {
        _box.Put("a=1\n");
        using SecretFile file = _box.Lock();
        Assert.Null(file.Rehearse(10));
        Assert.Null(file.Rehearse(-4));
        Assert.Equal("a=1\n", _box.Content);
        Assert.Empty(_box.Leftovers);
    }

    [Fact]
    public void A_file_is_tidy_when_it_is_private_and_nothing_was_left_beside_it()
    {
        Assert.Null(SecretFile.ReadTidy(_box.Target));
        _box.Put("a=1\n");
        Assert.Equal("a=1\n"u8, SecretFile.ReadTidy(_box.Target)!);
        Sandbox.SetMode(_box.Target, FileFacts.Private | UnixFileMode.OtherRead);
        Assert.Null(SecretFile.ReadTidy(_box.Target));
        _box.Put("a=1\n");
        File.WriteAllText(_box.Temporary, "token");
        Assert.Null(SecretFile.ReadTidy(_box.Target));
        File.Delete(_box.Temporary);
        Sandbox.SetMode(Work, (UnixFileMode)0b111_111_111);
        Assert.Null(SecretFile.ReadTidy(_box.Target));
    }

    [Fact]
    public void As_much_as_a_file_may_have_can_be_written_and_not_a_byte_more()
    {
        var content = new byte[Limit + 1];
        using SecretFile file = _box.Lock();
        Assert.Equal(
            Failure.Of(DiagnosticDescriptors.FileTooLarge, _box.Target, Limit), file.WritePieces([content], Durability.None).Failure);
        Assert.Null(_box.Content);
        Assert.True(file.WritePieces([content.AsMemory(1)], Durability.None).Value);
        Assert.Equal(Limit, new FileInfo(_box.Target).Length);
    }

    private Result<byte[]> Edited(ReadOnlySpan<byte> old, List<string> seen, string? theirs)
    {
        seen.Add(Encoding.UTF8.GetString(old));
        if (seen.Count == 1)
        {
            Become(theirs);
        }

        return (byte[])[.. old, .. "+ours"u8];
    }

    private void Become(string? content)
    {
        if (content is null)
        {
            File.Delete(_box.Target);
        }
        else if (_box.Content != content)
        {
            _box.Put(content);
        }
    }

    private void SetLength(long length)
    {
        using FileStream large = File.Create(_box.Target);
        large.SetLength(length);
    }
}
