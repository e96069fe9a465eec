using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>The reader of traces that other tests rely on.</summary>
[Trait("System", "Unix")]
public sealed class StraceLogTests
{
    [Fact]
    public void A_call_that_others_interrupt_is_whole_and_stands_where_it_begins()
    {
        string[] log =
        [
            "11    openat(AT_FDCWD, \"/a\", O_RDWR|O_CREAT <unfinished ...>",
            "12    read(3</b>,  <unfinished ...>",
            "11    <... openat resumed>, 0600)       = 3</a>",
            "11    fsync(3</a>)                      = 0",
            "12    <... read resumed>\"x\", 1)         = 1",
            "12    futex(0x1, FUTEX_WAIT <unfinished ...>) = ?",
            "11    exit_group(0 <unfinished ...>",
            "12    +++ exited with 0 +++",
        ];
        Assert.Equal(
            [
                "11    openat(AT_FDCWD, \"/a\", O_RDWR|O_CREAT, 0600)       = 3</a>",
                "12    read(3</b>, \"x\", 1)         = 1",
                log[3],
                log[5],
                log[6],
                log[7],
            ],
            StraceLog.Lines(string.Join('\n', log) + "\n"));
    }
}
