using SecureToken.Core.Files;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>Places where a secret must not go. A cloned repository can hold <c>.env -> ~/.bashrc</c>.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly Sandbox _box = new();

    public void Dispose() => _box.Dispose();

    [Fact]
    public void A_link_is_refused_and_what_it_leads_to_is_untouched()
    {
        string victim = _box.At("victim");
        File.WriteAllText(victim, "theirs");
        File.CreateSymbolicLink(_box.Target, victim);
        AssertRefused("SECTOK502");
        Assert.Equal("theirs", File.ReadAllText(victim));
        Assert.Equal(victim, new FileInfo(_box.Target).LinkTarget);
    }

    [Fact]
    public void A_dangling_link_is_refused_and_nothing_is_created_at_its_end()
    {
        File.CreateSymbolicLink(_box.Target, _box.At("nothing"));
        AssertRefused("SECTOK502");
        Assert.False(File.Exists(_box.At("nothing")));
    }

    [Fact]
    public void A_link_to_a_directory_is_refused()
    {
        Directory.CreateSymbolicLink(_box.Target, Directory.CreateDirectory(_box.At("elsewhere")).FullName);
        AssertRefused("SECTOK502");
        Assert.Empty(Directory.GetFileSystemEntries(_box.At("elsewhere")));
    }

    [Fact]
    public void A_link_planted_as_the_temporary_file_is_removed_and_not_written_through()
    {
        string victim = _box.At("victim");
        File.WriteAllText(victim, "theirs");
        File.CreateSymbolicLink(_box.Temporary, victim);
        Assert.True(_box.Write("a=1\n").Value);
        Assert.Equal("theirs", File.ReadAllText(victim));
        Assert.Null(new FileInfo(_box.Target).LinkTarget);
        Assert.Empty(_box.Leftovers);
    }

    [Fact]
    public async Task A_hard_link_is_cut_so_the_other_name_does_not_get_the_secret()
    {
        _box.Put("a=1\n");
        Assert.Equal(0, (await Command.Run("ln", [_box.Target, _box.At("other")])).Exit);
        Assert.True(_box.Write("a=2\n").Value);
        Assert.Equal("a=1\n", await File.ReadAllTextAsync(_box.At("other"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_directory_is_refused()
    {
        Directory.CreateDirectory(_box.Target);
        AssertRefused("SECTOK503");
        Assert.Equal("SECTOK503", _box.TryLock(_box.Target + "/").Failure?.Code);
    }

    [Trait("System", "Unix")]
    [Fact]
    public async Task A_pipe_is_refused_without_waiting_for_its_other_end()
    {
        await Command.Run("mkfifo", [_box.Target]);
        AssertRefused("SECTOK503");
    }

    [Trait("System", "Unix")]
    [Fact]
    public void A_device_is_refused()
    {
        Assert.Equal("SECTOK503", _box.TryLock("/dev/null").Failure?.Code);
        Assert.Equal("SECTOK503", SecretFile.ReadUnlocked("/dev/zero").Failure?.Code);
    }

    [Trait("System", "Unix")]
    [Fact]
    public async Task A_directory_that_everyone_may_write_is_refused_unless_it_is_sticky()
    {
        string directory = Path.GetDirectoryName(_box.Target)!;
        _box.Put("a=1\n");
        await Command.Run("chmod", ["0777", directory]);
        AssertRefused("SECTOK506");
        Assert.Equal("a=1\n", _box.Content);
        await Command.Run("chmod", ["1777", directory]);
        Assert.True(_box.Write("a=2\n").Value);
    }

    [Trait("System", "Unix")]
    [Fact]
    [Trait("Needs", "probe")]
    public async Task Another_users_file_is_refused_even_when_everyone_may_read_it()
    {
        // As nobody when we are root, who may write anything.
        string probe = Executable.Copy(await Probe.Executable, _box.At("probe"));
        await Command.Run("chmod", ["-R", "a+rX", _box.Root]);
        string[] set = [probe, "set", "/etc/passwd", _box.LockFile, "a", "1"];
        string[] nobody = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
        Ended ended = await Command.Run("env", [.. nobody, .. set]);
        Assert.Equal(17, ended.Exit);
        Assert.StartsWith("SECTOK507: /etc/passwd belongs to another user (uid 0).", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_16_MiB_is_refused()
    {
        using (FileStream large = File.Create(_box.Target))
        {
            large.SetLength((16 * 1024 * 1024) + 1);
        }

        using SecretFile file = _box.Lock();
        Assert.Equal("SECTOK515", file.Read().Failure?.Code);
        Assert.Equal("SECTOK515", file.Write("a=1\n"u8, _ => true).Failure?.Code);
    }

    [Fact]
    public void Content_that_fails_its_proof_never_takes_the_files_place()
    {
        _box.Put("a=1\n");
        using SecretFile file = _box.Lock();
        Assert.Equal("SECTOK505", file.Write("a=2\n"u8, _ => false).Failure?.Code);
        Assert.Throws<InvalidOperationException>(() => file.Write("a=2\n"u8, _ => throw new InvalidOperationException()));
        Assert.Equal("a=1\n", _box.Content);
        Assert.Empty(_box.Leftovers);
    }

    /// <summary>It is compared piece by piece, so a byte that differs must be found wherever it stands.</summary>
    [Fact]
    public void Content_in_pieces_is_one_file()
    {
        byte[] content = [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i % 251))];
        ReadOnlyMemory<byte>[] pieces = [content.AsMemory(0, 65_536), content.AsMemory(65_536, 1), default, content.AsMemory(65_537, 134_463)];
        using SecretFile file = _box.Lock();
        Assert.True(file.WritePieces(pieces, Durability.None).Value);
        Assert.Equal(content, file.Read().Value);
        Assert.False(file.WritePieces(pieces, Durability.None).Value);
        foreach (int at in (int[])[0, 65_535, 65_536, 65_537, 131_072, 199_999])
        {
            byte[] other = [.. content];
            other[at]++;
            File.WriteAllBytes(_box.Target, other);
            Assert.True(file.WritePieces(pieces, Durability.None).Value, $"byte {at}");
            Assert.Equal(content, file.Read().Value);
        }

        File.WriteAllBytes(_box.Target, content[..^1]);
        Assert.True(file.WritePieces(pieces, Durability.Full).Value);
        File.WriteAllBytes(_box.Target, [.. content, 0]);
        Assert.True(file.WritePieces(pieces, Durability.Full).Value);
        Assert.Equal(content, file.Read().Value);
        Assert.True(file.WritePieces([], Durability.None).Value);
        Assert.Empty(file.Read().Value!);
    }

    [Fact]
    public void A_missing_file_reads_as_null_and_a_removed_one_is_missing()
    {
        using SecretFile file = _box.Lock();
        Assert.Null(file.Read().Value);
        Assert.Null(SecretFile.ReadUnlocked(_box.Target).Value);
        Assert.False(file.Delete().Value);
        Assert.True(file.Write(""u8, _ => true).Value); // an empty file is not a missing one
        Assert.Empty(file.Read().Value!);
        Assert.True(file.Delete().Value);
        Assert.Null(_box.Content);
    }

    private void AssertRefused(string code)
    {
        Assert.Equal(code, _box.TryLock(_box.Target).Failure?.Code);
        Assert.Equal(code, SecretFile.ReadUnlocked(_box.Target).Failure?.Code);
        Assert.Empty(_box.Leftovers);
    }
}
