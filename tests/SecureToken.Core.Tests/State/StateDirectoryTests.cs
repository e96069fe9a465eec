using SecureToken.Core.State;
using SecureToken.Core.Tests.Files;
using Xunit;

namespace SecureToken.Core.Tests.State;

public sealed class StateDirectoryTests : IDisposable
{
    private readonly Sandbox _box = new();

    public void Dispose() => _box.Dispose();

    [Theory]
    [InlineData("/own", "/xdg", "/home/u", "/own")]
    [InlineData("", "/xdg", "/home/u", "/xdg/sectoken")]
    [InlineData(null, "relative", "/home/u", "/home/u/.local/state/sectoken")]
    [InlineData(null, null, "/home/u", "/home/u/.local/state/sectoken")]
    public void The_nearest_setting_decides(string? own, string? xdg, string? home, string expected) =>
        Assert.Equal(expected, StateDirectory.Find(Environment(own, xdg, home)).Value);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("relative")]
    public void Without_a_home_it_is_below_the_one_that_the_system_knows_as_user_secrets_are(string? home) => Assert.Equal(
        Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".local", "state", "sectoken"),
        StateDirectory.Find(Environment(null, null, home)).Value);

    [Fact]
    public void A_relative_directory_of_our_own_is_refused_and_not_ignored() =>
        Assert.Equal("SECTOK108", StateDirectory.Find(Environment("state", null, "/home/u")).Failure?.Code);

    [Fact]
    public void Two_spellings_of_one_file_share_one_lock_before_and_after_it_exists()
    {
        string real = _box.At("real");
        Directory.CreateDirectory(real);
        Directory.CreateSymbolicLink(_box.At("alias"), real);
        string[] spellings = [_box.At("real", "new", ".env"), _box.At("alias", "new", ".env"), _box.At("real", "x", "..", "new", ".env")];

        string before = Assert.Single(spellings.Select(LockFile).Distinct());
        Directory.CreateDirectory(_box.At("real", "new"));
        File.WriteAllText(spellings[0], "");
        Assert.Equal(before, Assert.Single(spellings.Select(LockFile).Distinct()));
        Assert.NotEqual(before, LockFile(_box.At("real", ".env")));
        Assert.Matches("^/own/locks/[0-9a-f]{64}\\.lock$", before);
    }

    private static string LockFile(string target) => StateDirectory.LockFileFor(target, Environment("/own", null, null)).Value;

    private static Func<string, string?> Environment(string? own, string? xdg, string? home) => name => name switch
    {
        "SECTOKEN_STATE_DIR" => own,
        "XDG_STATE_HOME" => xdg,
        "HOME" => home,
        _ => null,
    };
}
