using SecureToken.Core.Interop;
using Xunit;

namespace SecureToken.Core.Tests.Interop;

/// <summary>Who may open a file with a secret on Windows. What the system makes of such a list, only Windows shows.</summary>
public sealed class PrivateAccessListTests
{
    private const string User = "S-1-5-21-1-2-3-1001";
    private const string Service = "S-1-5-82-1";
    private const string Everyone = "S-1-1-0";
    private const int Read = 0x0012_0089;

    [Fact]
    public void A_new_file_is_for_its_user_the_system_and_administrators() =>
        Assert.Equal([User, PrivateAccessList.System, PrivateAccessList.Administrators], Identities(null, isOwn: false));

    [Fact]
    public void Whom_the_directory_handed_down_gets_nothing() =>
        Assert.Equal(
            [User, PrivateAccessList.System, PrivateAccessList.Administrators],
            Identities([Allow(User, isInherited: true), Allow("S-1-5-11", isInherited: true), Allow(Service, isInherited: true)], isOwn: false));

    [Fact]
    public void Whom_the_files_own_list_names_keeps_what_he_had()
    {
        IReadOnlyList<AccessEntry> list = PrivateAccessList.For(User, [Allow(Service), Allow("S-1-5-11", isInherited: true)], isOwn: false);
        Assert.Equal(Read, Assert.Single(list, entry => entry.Identity == Service).Rights);
        Assert.DoesNotContain(list, entry => entry.Identity == "S-1-5-11");
    }

    [Theory]
    [InlineData(Everyone)]
    [InlineData("S-1-5-32-545")]
    [InlineData("S-1-5-11")]
    [InlineData("S-1-5-21-1-2-3-513")]
    public void No_group_that_everybody_is_in_stays(string group)
    {
        Assert.DoesNotContain(group, Identities([Allow(group)], isOwn: false));
        Assert.DoesNotContain(group, Identities([Allow(User), Allow(group)], isOwn: true));
    }

    [Fact]
    public void A_list_that_somebody_has_made_tighter_is_kept_as_it_is()
    {
        AccessEntry[] tight = [Allow(User)];
        Assert.Equal(tight, PrivateAccessList.For(User, tight, isOwn: true));
    }

    [Fact]
    public void What_is_denied_stays_denied_and_comes_first()
    {
        var denied = new AccessEntry(Everyone, Read, IsAllowed: false, IsInherited: false);
        Assert.Equal(denied, PrivateAccessList.For(User, [Allow(Service), denied], isOwn: false)[0]);
    }

    [Fact]
    public void Whoever_writes_the_file_can_read_it_afterwards() =>
        Assert.Contains(User, Identities([Allow(Service)], isOwn: true));

    private static AccessEntry Allow(string identity, bool isInherited = false) => new(identity, Read, IsAllowed: true, isInherited);

    private static string[] Identities(IReadOnlyList<AccessEntry>? old, bool isOwn) =>
        [.. PrivateAccessList.For(User, old, isOwn).Select(entry => entry.Identity)];
}
