using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;
using SecureToken.Core.Tests.Destinations.Jobs;
using SecureToken.Core.Text;
using Xunit;

namespace SecureToken.Core.Tests.Destinations.Files;

/// <summary>What all files have in common, with a format of our own that tells what it was given.</summary>
public sealed class FileDestinationTests : IDisposable
{
    private const string Old = "old-token-of-the-team";

    private readonly Job _job = new();

    public void Dispose() => _job.Dispose();

    [Theory]
    [InlineData("check")]
    [InlineData("read")]
    [InlineData("occupied")]
    [InlineData("current")]
    [InlineData("inject")]
    [InlineData("write")]
    [InlineData("warnings")]
    [InlineData("remarks")]
    public void Nothing_of_the_token_stays_in_memory(string action)
    {
        WatchedFile file = Make(Old);
        switch (action)
        {
            case "check":
                Assert.Null(file.Check());
                break;
            case "read":
                using (Token? token = file.ReadToken().Value)
                {
                    Assert.True(token!.Matches(Encoding.ASCII.GetBytes(Old)));
                }

                break;
            case "occupied":
                Assert.True(file.IsOccupied().Value);
                break;
            case "current":
                Assert.False(Job.Inject(file, Old).Value);
                break;
            case "inject":
                Assert.True(Job.Inject(file).Value);
                break;
            case "write":
                using (SecretFile held = file.Under(null).Value)
                using (FetchedToken token = CurrentToken.Create())
                {
                    Assert.True(file.Write(held, token).Value);
                }

                break;
            case "warnings":
                Assert.Single(file.Warnings());
                break;
            default:
                Assert.Single(file.Remarks());
                break;
        }

        Assert.NotEmpty(file.Buffers);
        Assert.All(file.Buffers, buffer => Assert.Equal(-1, buffer.AsSpan().IndexOfAnyExcept((byte)0)));
    }

    [Theory]
    [InlineData(Old, Old, true)]
    [InlineData(Old, "old-token-of-the-tean", false)]
    [InlineData(Old, "old", false)]
    [InlineData(null, Old, false)]
    public void Another_value_is_not_the_expected_one_and_what_was_read_is_zeroed(string? value, string expected, bool isSame)
    {
        byte[]? read = value is null ? null : Encoding.ASCII.GetBytes(value);
        Assert.Equal(isSame, WatchedFile.IsSame(read, Encoding.ASCII.GetBytes(expected)));
        Assert.Equal(-1, read.AsSpan().IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void A_rehearsal_has_a_fingerprint_of_nothing_but_zeros()
    {
        WatchedFile file = Make(Old);
        file.Check();
        Assert.Equal(new Fingerprint("000000000000"), file.Fingerprint);
    }

    [Fact]
    public void What_the_check_found_is_not_looked_for_again()
    {
        WatchedFile file = Make(Old);
        file.Check();
        Assert.Single(file.Warnings());
        Assert.Single(file.Warnings());
        Assert.Equal(1, file.Looks);
    }

    [Fact]
    public void Where_there_is_no_file_there_is_nothing_odd_in_it()
    {
        WatchedFile file = Make(null);
        Assert.Null(file.Check());
        Assert.Empty(file.Warnings());
        Assert.Empty(file.Remarks());
        Assert.Equal(0, file.Looks);
        Assert.False(file.IsOccupied().Value);
        Assert.Null(file.ReadToken().Value);
        Assert.False(file.Remove(CancellationToken.None).Value);
        Assert.Empty(Directory.GetFileSystemEntries(_job.Root));
    }

    [Fact]
    public void A_place_that_is_refused_is_neither_written_nor_emptied()
    {
        string victim = _job.Write("victim", Old);
        File.CreateSymbolicLink(_job.At("a"), victim);
        var file = new WatchedFile(_job.At("a"));
        Failure refused = Failure.Of(DiagnosticDescriptors.LinkRefused, file.Location);
        Assert.Equal(refused, Job.Inject(file).Failure);
        Assert.Equal(refused, file.Remove(CancellationToken.None).Failure);
        Assert.Equal(Old, File.ReadAllText(victim));
    }

    [Fact]
    public void Nothing_stands_for_no_token_and_no_file()
    {
        WatchedFile file = Make(Old);
        using SecretFile held = file.Under(null).Value;
        using FetchedToken token = CurrentToken.Create();
        Assert.Throws<ArgumentNullException>("currentToken", () => { file.Inject(null!, CancellationToken.None); });
        Assert.Throws<ArgumentNullException>("currentToken", () => { file.Write(held, null!); });
        Assert.Throws<ArgumentNullException>("file", () => { file.Write(null!, token); });
    }

    [Theory]
    [InlineData("/place/a.lock", "/place/a.lock")]
    [InlineData(null, "/place/a")]
    public void The_lock_tells_files_apart_and_where_there_is_none_the_path_does(string? lockFile, string identity) =>
        Assert.Equal(PathRules.Here.Comparable(identity), new WatchedFile("/place/a", lockFile).Identity);

    [Fact]
    public void What_a_write_could_not_keep_is_told_in_one_sentence()
    {
        WatchedFile file = Make(Old);
        Assert.Empty(file.Losses);
        Assert.True(Job.Inject(file).Value);
        Assert.Empty(file.Losses);
        Assert.Empty(file.Lost([]));
        Assert.Equal(
            $"{file.Location} was written, but this of the old file could not be kept: the access of the group 7, user.origin.",
            Assert.Single(file.Lost(["the access of the group 7", "user.origin"])).Message);
    }

    [Fact]
    public void A_file_that_a_killed_run_left_is_named()
    {
        WatchedFile file = Make(Old);
        _job.Write("a.sectoken.tmp", "T=");
        Assert.Equal(
            [Failure.Of(DiagnosticDescriptors.LeftoverFile, file.Location + ".sectoken.tmp"), WatchedFile.Remark], file.Remarks());
    }

    [Trait("System", "Unix")]
    [Theory]
    [InlineData("600", "its owner alone", "0600")]
    [InlineData("400", "its owner alone", "0400")]
    [InlineData("644", "its owner alone", "0600")]
    [InlineData("640", "its owner, the group GROUP", "0640")]
    [InlineData("660", "its owner, the group GROUP", "0660")]
    public void Who_keeps_access_is_told(string mode, string readers, string kept)
    {
        WatchedFile file = Make(Old, mode);
        FileFacts facts = FileFacts.Of(file.Location).Value!.Value;
        Assert.Equal((readers.Replace("GROUP", $"{facts.Group}", StringComparison.Ordinal), kept), (file.Explain().Readers, file.Explain().Mode));
    }

    [Trait("System", "Unix")]
    [Theory]
    [InlineData("600", false, null)]
    [InlineData("640", false, null)]
    [InlineData("644", false, "every user of the machine")]
    [InlineData("642", true, "the group GROUP and whom its access list names")]
    public void Who_loses_access_is_told_before(string mode, bool hasList, string? losers)
    {
        WatchedFile file = Make(Old, mode);
        if (hasList)
        {
            AllowAnotherUser(file.Location);
        }

        FileFacts facts = FileFacts.Of(file.Location).Value!.Value;
        Failure[] expected = losers is null ? []
            : [Failure.Of(DiagnosticDescriptors.AccessLost, file.Location, losers.Replace("GROUP", $"{facts.Group}", StringComparison.Ordinal))];
        Assert.Equal([.. expected, WatchedFile.Oddity], file.Warnings());
    }

    /// <summary>rw for the owner, r for another user by name, nothing for the group; the mask r; w for others.</summary>
    private static void AllowAnotherUser(string path)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Access lists are other ones elsewhere.");
        using MemoryStream list = new();
        using BinaryWriter writer = new(list);
        writer.Write(2);
        foreach ((ushort tag, ushort access, uint id) in new (ushort, ushort, uint)[] { (1, 6, uint.MaxValue), (2, 4, 65534), (4, 0, uint.MaxValue), (0x10, 4, uint.MaxValue), (0x20, 2, uint.MaxValue) })
        {
            writer.Write(tag);
            writer.Write(access);
            writer.Write(id);
        }

        Assert.Equal(0, Posix.OpenFile(path, write: true, out Microsoft.Win32.SafeHandles.SafeFileHandle handle));
        using (handle)
        {
            Assert.SkipUnless(Posix.SetAttribute(handle, "system.posix_acl_access", list.ToArray()) == 0, "The file system has no access lists.");
        }
    }

    private WatchedFile Make(string? content, string mode = "600")
    {
        if (content is not null)
        {
            _job.Write("a", content);
            Tests.Files.Sandbox.SetMode(_job.At("a"), (UnixFileMode)Convert.ToInt32(mode, 8));
        }

        return new WatchedFile(_job.At("a"));
    }

    /// <summary>The value and nothing else. It keeps every buffer that it got or gave away.</summary>
    private sealed class WatchedFile(string path, string? lockFile = null) : FileDestination(path, lockFile)
    {
        public static readonly Failure Oddity = Failure.Of(DiagnosticDescriptors.GitSilent, "odd");
        public static readonly Failure Remark = Failure.Of(DiagnosticDescriptors.GitSilent, "remarkable");

        public List<byte[]> Buffers { get; } = [];

        public Fingerprint Fingerprint { get; private set; }

        public int Looks { get; private set; }

        public override string Kind => "watched";

        public override string Slot => "all of it";

        public static bool IsSame(byte[]? read, ReadOnlySpan<byte> expected) => Matches(read, expected);

        protected override TextEditResult Edit(ReadOnlySpan<byte> document, ReadOnlySpan<byte> value, Fingerprint fingerprint)
        {
            Fingerprint = fingerprint;
            Keep(document);
            if (!value.SequenceEqual("rehearsal"u8))
            {
                Keep(value);
            }

            return TextEditResult.Of(Made(value));
        }

        protected override TextEditResult TextChange(ReadOnlySpan<byte> document)
        {
            Keep(document);
            return TextEditResult.Of(Made("nothing"u8));
        }

        protected override bool Holds(ReadOnlySpan<byte> document, ReadOnlySpan<byte> value) => document.SequenceEqual(value);

        protected override byte[]? FirstValue(ReadOnlySpan<byte> document)
        {
            Keep(document);
            return Made(document);
        }

        private protected override IReadOnlyList<Failure> Oddities(ReadOnlySpan<byte> document)
        {
            Looks++;
            Keep(document);
            return [Oddity];
        }

        private protected override IReadOnlyList<Failure> OtherLines(ReadOnlySpan<byte> document)
        {
            Keep(document);
            return [Remark];
        }

        private byte[] Made(ReadOnlySpan<byte> content)
        {
            byte[] made = content.ToArray();
            Buffers.Add(made);
            return made;
        }

        /// <summary>
        /// Secrets lie in arrays of their own that the garbage collector does not move. The span is one of them from its first byte, so the
        /// array begins two words before it.
        /// </summary>
        private unsafe void Keep(ReadOnlySpan<byte> whole)
        {
            if (!whole.IsEmpty)
            {
                nint at = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(whole)) - (2 * sizeof(nint));
                byte[] array = Unsafe.As<nint, byte[]>(ref at);
                Assert.Equal(whole.Length, array.Length);
                Buffers.Add(array);
            }
        }
    }
}
