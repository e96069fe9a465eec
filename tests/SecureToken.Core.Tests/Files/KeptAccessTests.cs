using System.Text;
using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;
using SecureToken.Core.Tests.Destinations.Jobs;
using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>Who could read a file before its content was replaced, can after, unless that was everyone; and nobody else can.</summary>
[Trait("System", "Unix")]
public sealed class KeptAccessTests : IDisposable
{
    private const uint Service = AnotherUser.Service;
    private const uint App = AnotherUser.App;

    private readonly Job _job = new();

    public KeptAccessTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root can be a service's user, too.");
        _job.Write("app.env", "A=1\n");
    }

    private string Target => _job.At("app.env");

    public void Dispose() => _job.Dispose();

    [Fact]
    public async Task The_services_user_reads_the_file_of_its_group_before_and_after()
    {
        await Own($"0:{App}", "640");
        Assert.Equal("A=1\n", await ReadAs(Service, App));
        Destination file = File();
        Assert.Empty(file.Warnings());
        Assert.Equal("0640", file.Explain().Mode);
        Assert.Contains($"the group {App}", file.Explain().Readers, StringComparison.Ordinal);

        Assert.True(Job.Inject(file).Value);
        Assert.Contains(Tests.Destinations.CurrentToken.Value, await ReadAs(Service, App), StringComparison.Ordinal);
        Assert.Equal($"0:{App} 640", await Command.Stat("%u:%g %a", Target));
        Assert.Empty(await ReadAs(Service, Service));
        Assert.False(Job.Inject(file).Value);
    }

    [Fact]
    [Trait("Needs", "probe")]
    public async Task A_user_who_may_not_use_the_group_is_told_that_it_loses_access()
    {
        await Own($"{Service}:{App}", "640");
        string probe = SecureToken.TestSupport.Executable.Copy(await Probe.Executable, _job.At("probe"));
        await Command.Run("chown", [$"{Service}:{Service}", probe, _job.Root]);
        Ended written = await Command.Run("setpriv", [.. As(Service, Service), probe, "inject", "dotenv", Target, "T", "a-token-of-the-team"], ("HOME", _job.At("home")));
        Assert.True(written.SaidOk, written.Error);
        Assert.Contains($"SECTOK522: {Target}: the group {App} could read the file", written.Error, StringComparison.Ordinal);
        Assert.Equal($"{Service}:{Service} 600", await Command.Stat("%u:%g %a", Target));
    }

    [Theory]
    [InlineData("644", "every user of the machine")]
    [InlineData("664", "every user of the machine")]
    [InlineData("604", "every user of the machine")]
    public async Task What_everyone_could_read_becomes_the_owners_alone_and_that_is_told(string mode, string losers)
    {
        await Own($"{Service}:{App}", mode);
        Destination file = File();
        Failure warning = Assert.Single(file.Warnings());
        Assert.Equal("SECTOK522", warning.Code);
        Assert.Contains(losers, warning.Message, StringComparison.Ordinal);
        Assert.Equal("0600", file.Explain().Mode);
        Assert.True(Job.Inject(file).Value);
        Assert.Equal($"{Service}:{App} 600", await Command.Stat("%u:%g %a", Target));
        Assert.Empty(file.Warnings());
    }

    [Theory]
    [InlineData("640", true)]
    [InlineData("644", false)]
    public async Task An_access_list_is_kept_where_it_gives_others_nothing(string mode, bool isKept)
    {
        await Own("0:0", mode);
        SetAttribute("system.posix_acl_access", AccessList(others: (ushort)(mode[2] - '0')));
        Assert.Equal("A=1\n", await ReadAs(Service, Service));
        Destination file = File();
        Assert.Equal(isKept ? 0 : 1, file.Warnings().Count);
        Assert.True(Job.Inject(file).Value);
        Assert.Equal(isKept, (await ReadAs(Service, Service)).Length > 0);
        Assert.Empty(await ReadAs(Service - 1, Service - 1));
    }

    [Fact]
    public async Task A_list_that_the_directory_hands_down_gives_nobody_access_who_had_none()
    {
        await Own($"0:{App}", "640");
        SetAttribute("system.posix_acl_default", AccessList(others: 0), _job.Root);
        Assert.Empty(await ReadAs(Service, Service));
        Assert.True(Job.Inject(File()).Value);
        Assert.Empty(await ReadAs(Service, Service));
        Assert.NotEmpty(await ReadAs(Service, App));
    }

    [Fact]
    public async Task Extended_attributes_are_kept()
    {
        await Own("0:0", "600");
        SetAttribute("user.origin", "deployed"u8.ToArray());
        Assert.True(Job.Inject(File()).Value);
        Assert.Equal(0, Posix.OpenFile(Target, write: false, out Microsoft.Win32.SafeHandles.SafeFileHandle handle));
        using (handle)
        {
            Assert.Equal("deployed", Encoding.ASCII.GetString(Posix.Attribute(handle, "user.origin") ?? []));
        }
    }

    private static string[] As(uint user, uint group) => [$"--reuid={user}", $"--regid={group}", "--clear-groups", "--"];

    /// <summary>rw for the owner, r for the service's user by name, nothing for the group; the mask r.</summary>
    private static byte[] AccessList(ushort others)
    {
        using MemoryStream list = new();
        using BinaryWriter writer = new(list);
        writer.Write(2);
        foreach ((ushort tag, ushort access, uint id) in new (ushort, ushort, uint)[] { (1, 6, uint.MaxValue), (2, 4, Service), (4, 0, uint.MaxValue), (0x10, 4, uint.MaxValue), (0x20, others, uint.MaxValue) })
        {
            writer.Write(tag);
            writer.Write(access);
            writer.Write(id);
        }

        return list.ToArray();
    }

    private void SetAttribute(string name, byte[] value, string? path = null)
    {
        int opened = path is null ? Posix.OpenFile(Target, write: true, out Microsoft.Win32.SafeHandles.SafeFileHandle handle) : Posix.OpenDirectory(path, out handle);
        using (handle)
        {
            Assert.Equal((0, 0), (opened, Posix.SetAttribute(handle, name, value)));
        }
    }

    private async Task Own(string owner, string mode)
    {
        await Command.Run("chown", [owner, Target]);
        await Command.Run("chmod", [mode, Target]);
        await Command.Run("chmod", ["755", _job.Root]);
    }

    private async Task<string> ReadAs(uint user, uint group) => (await Command.Run("setpriv", [.. As(user, group), "cat", Target])).Output;

    private Destination File() => _job.Builder().Dotenv("app.env").Value;
}
