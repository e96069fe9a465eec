using SecureToken.Core.Interop;
using Xunit;

namespace SecureToken.Core.Tests.Files;

[Trait("System", "Unix")]
[Trait("Needs", "probe")]
public sealed class ModeTests : IDisposable
{
    private readonly Sandbox _box = new();

    public void Dispose() => _box.Dispose();

    public static TheoryData<string, string?> UmaskAndOldMode() => new MatrixTheoryData<string, string?>(
        ["000", "022", "027", "077"], [null, "644", "640", "600", "755"]);

    [Theory]
    [MemberData(nameof(UmaskAndOldMode))]
    public async Task A_written_file_gives_others_nothing_whatever_the_umask_and_the_old_mode(string umask, string? oldMode)
    {
        if (oldMode is not null)
        {
            _box.Put("a=old\n");
            await Command.Run("chmod", [oldMode, _box.Target]);
        }

        // A group keeps what it had where others had nothing.
        await SetUnder(umask);
        Assert.Equal(oldMode == "640" ? "640" : "600", await Command.Stat("%a", _box.Target));
        Assert.Equal("600", await Command.Stat("%a", _box.LockFile));
    }

    [Theory]
    [InlineData("000")]
    [InlineData("077")]
    public async Task Every_directory_that_is_made_is_for_its_owner_only(string umask)
    {
        Directory.Delete(Path.GetDirectoryName(_box.Target)!);
        await SetUnder(umask);
        foreach (string made in new[] { _box.At("work"), _box.At("state"), _box.At("state", "locks") })
        {
            Assert.Equal("700", await Command.Stat("%a", made));
        }
    }

    [Fact]
    public async Task The_same_bytes_under_a_wider_mode_are_written_again_and_private()
    {
        _box.Put("a=1\n", FileFacts.Private | UnixFileMode.OtherRead);
        Assert.True(_box.Write("a=1\n").Value);
        Assert.Equal("600", await Command.Stat("%a", _box.Target));
    }

    [Fact]
    public async Task A_file_that_its_owner_may_only_read_is_not_widened()
    {
        _box.Put("a=1\n", UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.True(_box.Write("a=2\n").Value);
        Assert.Equal("440", await Command.Stat("%a", _box.Target));
    }

    [Fact]
    public async Task The_same_bytes_touch_nothing()
    {
        _box.Put("a=1\n");
        const string Marks = "%i %z %y"; // inode, changed, modified, in nanoseconds
        string directory = Path.GetDirectoryName(_box.Target)!;
        (string, string) before = (await Command.Stat(Marks, _box.Target), await Command.Stat(Marks, directory));
        Assert.True((await Probe.Set(_box, "a", "1")).SaidOk);
        Assert.False(_box.Write("a=1\n").Value);
        Assert.Equal(before, (await Command.Stat(Marks, _box.Target), await Command.Stat(Marks, directory)));
    }

    [Fact]
    public async Task What_root_writes_for_a_user_stays_the_users()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can give a file to another user.");
        _box.Put("a=1\n");
        await Command.Run("chown", ["65534:65534", _box.Target]);
        Assert.True((await Probe.Set(_box, "a", "2")).SaidOk);
        Assert.Equal("65534:65534 600", await Command.Stat("%u:%g %a", _box.Target));
    }

    private async Task SetUnder(string umask)
    {
        Ended ended = await Command.Shell(
            $"umask {umask}; exec \"$0\" \"$@\"", [await Probe.Executable, .. Probe.SetArguments(_box, "a", "new")]);
        Assert.True(ended.SaidOk, ended.Error);
    }
}
