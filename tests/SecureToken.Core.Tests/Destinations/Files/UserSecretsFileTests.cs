using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Settings;
using Xunit;

namespace SecureToken.Core.Tests.Destinations.Files;

/// <summary>Where the user-secrets of a project are, and what no id of them is.</summary>
public sealed class UserSecretsFileTests
{
    [Theory]
    [InlineData("", "it is empty")]
    [InlineData(" \t", "it is empty")]
    [InlineData(".", "it names a directory")]
    [InlineData("..", "it names a directory")]
    [InlineData("/a", "it has characters that no file name has")]
    [InlineData("a/b", "it has characters that no file name has")]
    [InlineData("a\\b", "it has characters that no file name has")]
    [InlineData("\\", "it has characters that no file name has")]
    [InlineData("a\u0000b", "it has characters that no file name has")]
    [InlineData("a\u0001b", "it has characters that no file name has")]
    [InlineData("a\u0085", "it has characters that no file name has")]
    public void What_is_no_id_is_refused_with_the_reason(string id, string fault) =>
        Assert.Equal(
            Failure.Of(DiagnosticDescriptors.UserSecretsIdInvalid, PrintableText.Of(id, 80), fault),
            UserSecretsFile.PathOf(id, Environment(("HOME", "/home/me"))).Failure);

    [Fact]
    public void An_id_has_two_hundred_characters_at_most()
    {
        string longest = new('a', 200);
        Assert.Equal($"/home/me/.microsoft/usersecrets/{longest}/secrets.json", Slashed(UserSecretsFile.PathOf(longest, Environment(("HOME", "/home/me"))).Value));
        Assert.Equal(
            Failure.Of(DiagnosticDescriptors.UserSecretsIdInvalid, PrintableText.Of(longest + "a", 80), "it is too long"),
            UserSecretsFile.PathOf(longest + "a", Environment(("HOME", "/home/me"))).Failure);
    }

    [Theory]
    [InlineData("...", null, "/home/me", "/home/me/.microsoft/usersecrets/.../secrets.json")]
    [InlineData("my app", "", "/home/me", "/home/me/.microsoft/usersecrets/my app/secrets.json")]
    [InlineData("app", "/data", "/home/me", "/data/Microsoft/UserSecrets/app/secrets.json")]
    [InlineData("app", "/data", null, "/data/Microsoft/UserSecrets/app/secrets.json")]
    public void They_are_below_the_data_of_applications_or_the_home(string id, string? data, string? home, string path) =>
        Assert.Equal(path, Slashed(UserSecretsFile.PathOf(id, Environment(("APPDATA", data), ("HOME", home))).Value));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Without_a_variable_the_home_is_that_of_the_user(string? home)
    {
        string own = System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile);
        Assert.Equal(
            Path.Combine(own, ".microsoft", "usersecrets", "app", "secrets.json"),
            UserSecretsFile.PathOf("app", Environment(("HOME", home))).Value);
    }

    [Fact]
    public void Nothing_stands_for_no_id_and_no_environment()
    {
        Assert.Throws<ArgumentNullException>("id", () => UserSecretsFile.PathOf(null!, _ => null));
        Assert.Throws<ArgumentNullException>("environment", () => UserSecretsFile.PathOf("app", null!));
    }

    [Theory]
    [InlineData("/home/me/.microsoft/usersecrets/app/secrets.json", true)]
    [InlineData("/data/Microsoft/UserSecrets/app/secrets.json", true)]
    [InlineData("/.microsoft/usersecrets/app/secrets.json", true)]
    [InlineData("/home/me/.microsoft/usersecrets/secrets.json", false)]
    [InlineData("/home/me/.microsoft/usersecrets/app/deeper/secrets.json", false)]
    [InlineData("/home/me/.microsoft/usersecrets/app/other.json", false)]
    [InlineData("/home/me/.microsoft/other/app/secrets.json", false)]
    [InlineData("/home/me/other/usersecrets/app/secrets.json", false)]
    [InlineData("/data/Microsoft/Other/app/secrets.json", false)]
    [InlineData("/data/Other/UserSecrets/app/secrets.json", false)]
    [InlineData("/secrets.json", false)]
    public void The_store_is_known_by_its_last_four_names(string path, bool isStore) => Assert.Equal(isStore, UserSecretsFile.IsStore(path));

    [Trait("System", "Unix")]
    [Theory]
    [InlineData("/data/microsoft/UserSecrets/app/secrets.json")]
    [InlineData("/data/Microsoft/usersecrets/app/secrets.json")]
    [InlineData("/data/.microsoft/UserSecrets/app/secrets.json")]
    public void On_Linux_other_letters_are_another_place(string path)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere it is the same place.");
        Assert.False(UserSecretsFile.IsStore(path));
    }

    [Fact]
    public void Their_lock_lies_beside_them() =>
        Assert.Equal("/store/app/.sectoken.lock", Slashed(new UserSecretsFile("/store/app/secrets.json", ConfigurationKey.Default).LockFile!));

    private static string Slashed(string path) => path.Replace('\\', '/');

    private static Func<string, string?> Environment(params (string Name, string? Value)[] variables) =>
        name => variables.SingleOrDefault(variable => variable.Name == name).Value;
}
