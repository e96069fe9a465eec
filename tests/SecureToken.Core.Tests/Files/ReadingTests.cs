using System.Net.Sockets;
using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>What a reader says of everything that can have the name of a file.</summary>
[Trait("System", "Unix")]
public sealed class ReadingTests : IDisposable
{
    private const int OfSecrets = 16 * 1024 * 1024;

    private readonly TemporaryDirectory _place = new("reading");

    public void Dispose() => _place.Dispose();

    public static TheoryData<string, DiagnosticDescriptor, string?> Kinds => new()
    {
        { "link", DiagnosticDescriptors.LinkRefused, null },
        { "dangling", DiagnosticDescriptors.LinkRefused, null },
        { "directory", DiagnosticDescriptors.NotARegularFile, "a directory" },
        { "pipe", DiagnosticDescriptors.NotARegularFile, "a pipe" },
        { "socket", DiagnosticDescriptors.NotARegularFile, "a socket or device" },
        { "/dev/null", DiagnosticDescriptors.NotARegularFile, "a device" },
        { "file/below", DiagnosticDescriptors.FileUnreadable, "Not a directory" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_is_no_file_of_ours_is_refused_by_its_name_and_kind(string name, DiagnosticDescriptor descriptor, string? reason)
    {
        string path = _place[name];
        _place.Write("file", "theirs");
        _place.Create("directory");
        File.CreateSymbolicLink(_place["link"], _place["file"]);
        File.CreateSymbolicLink(_place["dangling"], _place["nothing"]);
        await Command.Run("mkfifo", [_place["pipe"]]);
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_place["socket"]));

        Failure expected = reason is null ? Failure.Of(descriptor, "as typed") : Failure.Of(descriptor, "as typed", reason);
        Failure? read = FileReader.Read(path, "as typed").Failure;
        Failure? compared = FileReader.Compare(path, "as typed", new FileContent("x"u8), isSecret: true).Failure;
        if (name == "file/below")
        {
            // Its facts cannot be had either, and they name the path itself.
            expected = Failure.Of(descriptor, path, reason!);
        }

        Assert.Equal((expected, expected), (read, compared));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("nothing/below")]
    public void What_is_missing_is_null(string name)
    {
        Result<Snapshot?> read = FileReader.Read(_place[name], name);
        Result<FileComparison?> compared = FileReader.Compare(_place[name], name, new FileContent("x"u8), isSecret: true);
        Assert.Equal((null, null), (read.Failure, compared.Failure));
        Assert.Null(read.Value);
        Assert.Null(compared.Value);
        Assert.Null(FileReader.Refusal(_place[name], name));
    }

    [Fact]
    public void Why_a_name_is_not_ours_to_use()
    {
        string file = _place.Write("file", "theirs");
        Assert.Null(FileReader.Refusal(file, "as typed"));
        Assert.Equal(Failure.Of(DiagnosticDescriptors.NotARegularFile, "as typed", "a directory"), FileReader.Refusal(_place.Path, "as typed"));
        Assert.Equal(
            Failure.Of(DiagnosticDescriptors.FileUnreadable, file + "/below", "Not a directory"), FileReader.Refusal(file + "/below", "as typed"));
    }

    [Fact]
    public void A_file_of_another_user_is_named_as_such_and_ones_own_need_not_be_writable()
    {
        AnotherUser.SkipUnlessWeAreRoot();
        Sandbox.SetMode(_place.Path, AnotherUser.ModeOf("755"));
        string theirs = _place.Write("theirs", "theirs");
        string own = _place.Write("own", "own");
        AnotherUser.Own(theirs, 0, 0, "600");
        AnotherUser.Own(own, AnotherUser.Service, AnotherUser.Service, "400");
        (Result<Snapshot?> read, Result<Snapshot?> refused) = AnotherUser.Gives(() => (FileReader.Read(own, "own"), FileReader.Read(theirs, "as typed")));
        Assert.Equal(Failure.Of(DiagnosticDescriptors.ForeignOwner, "as typed", "uid 0"), refused.Failure);
        Assert.Equal("own", Encoding.ASCII.GetString(read.Value!.Content));
    }

    [Theory]
    [InlineData(OfSecrets - 1, true, true)]
    [InlineData(OfSecrets, true, true)]
    [InlineData(OfSecrets + 1, true, false)]
    [InlineData(OfSecrets + 1, false, true)]
    public void A_file_may_be_as_long_as_the_limit(int length, bool isSecret, bool isRead)
    {
        using (FileStream large = File.Create(_place["large"]))
        {
            large.SetLength(length);
        }

        Result<Snapshot?> read = FileReader.Read(_place["large"], "large", isSecret);
        Assert.Equal(isRead ? null : Failure.Of(DiagnosticDescriptors.FileTooLarge, "large", OfSecrets), read.Failure);
        Assert.True(!isRead || read.Value!.Content.Length == length);
    }

    [Fact]
    public void A_file_of_our_own_may_be_sixteen_times_as_long() =>
        Assert.Equal((OfSecrets, 16 * OfSecrets), (FileReader.LimitOf(isSecret: true), FileReader.LimitOf(isSecret: false)));

    /// <summary>The kernel's own files say that they are empty, and are not: as one that grows while it is read.</summary>
    [Fact]
    public void A_file_that_grows_while_it_is_read_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Such files are Linux's.");
        Assert.Equal(
            Failure.Of(DiagnosticDescriptors.FileUnreadable, "as typed", "another program is writing it"),
            FileReader.Read("/proc/self/status", "as typed").Failure);
    }

    /// <summary>Others say that they have 4096 bytes: as one that is shortened while it is read.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_a_file_that_is_shortened_while_it_is_read_the_rest_is_read(bool isSecret)
    {
        const string Short = "/sys/class/net/lo/mtu";
        Assert.SkipUnless(File.Exists(Short) && Environment.IsPrivilegedProcess, "Such files are Linux's, and root's.");
        Snapshot read = FileReader.Read(Short, "as typed", isSecret).Value!;
        Assert.Equal(4096, read.Facts.Size);
        Assert.Matches("^[0-9]+\n\\z", Encoding.ASCII.GetString(read.Content));
    }

    /// <summary>No page is at address 0 of our memory.</summary>
    [Fact]
    public void What_the_system_says_of_a_broken_file_is_told()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && FileFacts.Of("/proc/self/mem") is { Failure: null, Value: { } facts } && facts.Refusal("it") is null, "Such files are Linux's.");
        Failure? failure = FileReader.Read("/proc/self/mem", "as typed").Failure;
        Assert.Equal(DiagnosticDescriptors.FileUnreadable, failure?.Descriptor);
        Assert.Contains("as typed", failure!.Message, StringComparison.Ordinal);
        Assert.Contains("Input/output error", failure.Message, StringComparison.Ordinal);
    }
}
