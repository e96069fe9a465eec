using System.Text;
using Microsoft.Win32.SafeHandles;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>Whom a file gives access, and what of it the file that takes its place gets; each case by itself.</summary>
[Trait("System", "Unix")]
public sealed class AccessOfSuccessorTests : IDisposable
{
    private const uint Service = AnotherUser.Service;
    private const uint App = AnotherUser.App;
    private const string List = "system.posix_acl_access";
    private const string OfApp = "the group 54321";
    private const string OfList = "whom its access list names";
    private const string Everyone = "every user of the machine";

    private readonly TemporaryDirectory _place;

    public AccessOfSuccessorTests()
    {
        AnotherUser.SkipUnlessWeAreRoot();
        _place = new TemporaryDirectory("access");
        Sandbox.SetMode(_place.Path, AnotherUser.ModeOf("755"));
    }

    private string Old => _place["old"];

    private string New => _place["new"];

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("600", false, "600", null)]
    [InlineData("400", false, "400", null)]
    [InlineData("700", false, "600", null)]
    [InlineData("640", false, "640", OfApp)]
    [InlineData("660", false, "660", OfApp)]
    [InlineData("620", false, "620", OfApp)]
    [InlineData("644", false, "600", null, Everyone)]
    [InlineData("664", false, "600", null, Everyone)]
    [InlineData("604", false, "600", null, Everyone)]
    [InlineData("602", false, "600", null)]
    [InlineData("601", false, "600", null)]
    [InlineData("642", false, "600", null, OfApp)]
    [InlineData("640", true, "640", OfApp + " and " + OfList)]
    [InlineData("600", true, "600", null)]
    [InlineData("644", true, "600", null, Everyone)]
    [InlineData("642", true, "600", null, OfApp, OfList)]
    [InlineData("602", true, "600", null, OfList)]
    public void Who_keeps_access_and_who_loses_it(string mode, bool hasList, string after, string? readers, params string[] losers)
    {
        Make(Old, App, mode, hasList);
        AssertIs(KeptAccess.Of(Old), after, readers, losers);
    }

    [Theory]
    [InlineData("600", false, "755", App, "600", null)]
    [InlineData("400", false, "755", App, "400", null)]
    [InlineData("640", false, "755", App, "600", null, OfApp)]
    [InlineData("640", true, "755", App, "600", null, OfApp, OfList)]
    [InlineData("600", true, "755", App, "600", null, OfList)]
    [InlineData("644", true, "755", App, "600", null, Everyone)]
    [InlineData("640", false, "2755", App, "640", OfApp)]
    [InlineData("640", true, "2755", App, "640", OfApp + " and " + OfList)]
    [InlineData("640", false, "2755", Service, "600", null, OfApp)]
    public void Who_may_not_use_the_group_keeps_it_only_where_the_directory_gives_it(
        string mode, bool hasList, string modeOfDirectory, uint groupOfDirectory, string after, string? readers, params string[] losers)
    {
        Make(Old, App, mode, hasList, Service);
        AnotherUser.Own(_place.Path, 0, groupOfDirectory, modeOfDirectory);
        AssertIs(AnotherUser.Gives(() => KeptAccess.Of(Old)), after, readers, losers);
    }

    [Fact]
    public void A_member_of_the_group_keeps_it()
    {
        Make(Old, App, "640", false, Service);
        AssertIs(AnotherUser.Gives(() => KeptAccess.Of(Old), 1, App), "640", OfApp);
    }

    [Fact]
    public void Of_what_is_missing_or_a_link_nothing_is_known()
    {
        Assert.Null(KeptAccess.Of(Old));
        Make(New, 0, "600");
        File.CreateSymbolicLink(Old, New);
        Assert.Null(KeptAccess.Of(Old));
    }

    [Theory]
    [InlineData(Service, App, "640", false, false, Service, App, "640", false)]
    [InlineData(Service, App, "600", false, false, Service, App, "600", false)]
    [InlineData(Service, App, "644", false, false, Service, App, "600", false)]
    [InlineData(0, App, "640", false, false, 0, App, "640", false)]
    [InlineData(0, App, "660", false, false, 0, App, "660", false)]
    [InlineData(0, App, "600", false, false, 0, 0, "600", false)]
    [InlineData(0, App, "644", false, false, 0, 0, "600", false)]
    [InlineData(0, 0, "640", false, false, 0, 0, "640", false)]
    [InlineData(0, 0, "400", false, false, 0, 0, "400", false)]
    [InlineData(0, App, "640", true, false, 0, App, "640", true)]
    [InlineData(0, App, "600", true, false, 0, App, "600", true)]
    [InlineData(0, App, "644", true, false, 0, 0, "600", false)]
    [InlineData(0, App, "640", false, true, 0, App, "640", false)]
    [InlineData(0, App, "600", false, true, 0, 0, "600", true)] // a list that the directory hands down gives nothing under this mode
    public void The_new_file_gets_owner_group_list_and_mode(
        uint owner, uint group, string mode, bool hasList, bool isHandedDown, uint ownerAfter, uint groupAfter, string after, bool hasListAfter)
    {
        Make(Old, group, mode, hasList, owner);
        Make(New, 0, "600", isHandedDown);
        Assert.Empty(Give(KeptAccess.Of(Old)!));

        FileFacts facts = FileFacts.Of(New).Value!.Value;
        Assert.Equal((ownerAfter, groupAfter, AnotherUser.ModeOf(after)), (facts.Owner, facts.Group, facts.Mode));
        Assert.Equal(hasListAfter, AttributeOf(List) is not null);
        if (hasList && hasListAfter)
        {
            Assert.Equal(AccessList(mode), AttributeOf(List));
        }
    }

    [Theory]
    [InlineData("640", false, "600")]
    [InlineData("440", false, "400")]
    [InlineData("640", true, "600")]
    public void A_group_that_cannot_be_given_is_named_and_gets_nothing(string mode, bool hasList, string after)
    {
        Make(Old, App, mode, hasList, Service);
        KeptAccess kept = KeptAccess.Of(Old)!; // root could
        Make(New, Service, "600", false, Service);
        Assert.Equal(["the access of the group 54321"], AnotherUser.Gives(() => Give(kept)));

        FileFacts facts = FileFacts.Of(New).Value!.Value;
        Assert.Equal((Service, Service, AnotherUser.ModeOf(after)), (facts.Owner, facts.Group, facts.Mode));
        Assert.Null(AttributeOf(List));
    }

    [Fact]
    public void An_owner_that_cannot_be_given_is_an_error()
    {
        Make(Old, 0, "600");
        KeptAccess kept = KeptAccess.Of(Old)!;
        Make(New, Service, "600", false, Service);
        Assert.Equal("Operation not permitted", Assert.Throws<IOException>(() => AnotherUser.Gives(() => Give(kept))).Message);
    }

    [Fact]
    public void What_people_and_the_security_module_set_is_copied_and_nothing_else()
    {
        string[] copied = ["user.origin", "security.selinux", "security.SMACK64"];
        string[] others = ["security.other", "trusted.other"];
        Make(Old, 0, "600");
        Make(New, 0, "600");
        Assert.SkipUnless(Array.TrueForAll([.. copied, .. others], name => Set(Old, name, name) == 0), "Not every root may set them.");
        Assert.Empty(Give(KeptAccess.Of(Old)!));
        Assert.Equal(copied, copied.Select(name => Encoding.ASCII.GetString(AttributeOf(name) ?? [])));
        Assert.All(others, name => Assert.Null(AttributeOf(name)));
    }

    [Theory]
    [InlineData("600", "deployed", "user.origin")]
    [InlineData("644", "deployed")]
    [InlineData("644", "of another", "user.origin")]
    [InlineData("644", null, "user.origin")]
    public void An_attribute_that_cannot_be_set_is_named_unless_it_is_there(string mode, string? there, params string[] lost)
    {
        Make(Old, 0, "600");
        Assert.Equal(0, Set(Old, "user.origin", "deployed"));
        KeptAccess kept = KeptAccess.Of(Old)!;
        Make(New, 0, mode);
        Assert.True(there is null || Set(New, "user.origin", there) == 0);
        using SafeFileHandle file = File.OpenHandle(New, access: FileAccess.ReadWrite);
        Assert.Equal(0, Posix.Describe(file, out FileFacts mine));
        Assert.Equal(lost, AnotherUser.Gives(() => kept.Give(file, mine)));
    }

    private static void AssertIs(KeptAccess? kept, string mode, string? readers, params string[] losers)
    {
        Assert.Equal(AnotherUser.ModeOf(mode), kept?.Mode);
        Assert.Equal(readers, kept!.Readers);
        Assert.Equal(losers, kept.Losers);
    }

    private static int Set(string path, string name, string value) => Set(path, name, Encoding.ASCII.GetBytes(value));

    private static int Set(string path, string name, byte[] value)
    {
        Assert.Equal(0, Posix.OpenFile(path, write: true, out SafeFileHandle handle));
        using (handle)
        {
            return Posix.SetAttribute(handle, name, value);
        }
    }

    /// <summary>What the mode gives; the file's group nothing, and the service's user by name what the mode gives the group.</summary>
    private static byte[] AccessList(string mode)
    {
        using MemoryStream list = new();
        using BinaryWriter writer = new(list);
        ushort[] digits = [.. mode.Select(digit => (ushort)(digit - '0'))];
        writer.Write(2);
        foreach ((ushort tag, ushort access, uint id) in new (ushort, ushort, uint)[]
            { (1, digits[0], uint.MaxValue), (2, 4, Service), (4, 0, uint.MaxValue), (0x10, digits[1], uint.MaxValue), (0x20, digits[2], uint.MaxValue) })
        {
            writer.Write(tag);
            writer.Write(access);
            writer.Write(id);
        }

        return list.ToArray();
    }

    private static void Make(string path, uint group, string mode, bool hasList = false, uint owner = 0)
    {
        File.WriteAllText(path, "A=1\n");
        AnotherUser.Own(path, owner, group, mode);
        if (hasList)
        {
            Assert.Equal(0, Set(path, List, AccessList(mode)));
        }
    }

    private IReadOnlyList<string> Give(KeptAccess kept)
    {
        Assert.Equal(0, Posix.OpenFile(New, write: true, out SafeFileHandle file));
        using (file)
        {
            Assert.Equal(0, Posix.Describe(file, out FileFacts mine));
            return kept.Give(file, mine);
        }
    }

    private byte[]? AttributeOf(string name)
    {
        Assert.Equal(0, Posix.OpenFile(New, write: false, out SafeFileHandle handle));
        using (handle)
        {
            return Posix.Attribute(handle, name);
        }
    }
}
