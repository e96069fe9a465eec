using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;
using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>What only Windows shows. These tests are compiled everywhere; CI runs them there.</summary>
[SupportedOSPlatform("windows")]
[Trait("System", "Windows")]
public sealed class WindowsFileTests : IDisposable
{
    private const string Elsewhere = "Windows alone has this.";
    private readonly TemporaryDirectory _place = new("windows");

    public static bool IsWindows => OperatingSystem.IsWindows();

    public void Dispose() => _place.Dispose();

    [Fact(Skip = Elsewhere, SkipUnless = nameof(IsWindows))]
    public void A_new_file_is_for_its_user_the_system_and_administrators()
    {
        string path = _place["new", "a.env"];
        Write(path, "A=1");
        FileSecurity security = new FileInfo(path).GetAccessControl();
        Assert.True(security.AreAccessRulesProtected);
        Assert.Equal(
            [PrivateAccessList.System, PrivateAccessList.Administrators, WindowsIdentity.GetCurrent().User!.Value],
            RulesOf(security).Select(rule => rule.IdentityReference.Value).OrderBy(identity => identity.Length));
        Assert.True(new DirectoryInfo(_place["new"]).GetAccessControl().AreAccessRulesProtected);
    }

    [Fact(Skip = Elsewhere, SkipUnless = nameof(IsWindows))]
    public void A_tighter_list_survives_the_replacement_of_its_file()
    {
        string path = _place.Write("a.env", "A=0");
        SecurityIdentifier user = WindowsIdentity.GetCurrent().User!;
        var tight = new FileSecurity();
        tight.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        tight.AddAccessRule(new FileSystemAccessRule(user, FileSystemRights.FullControl, AccessControlType.Allow));
        new FileInfo(path).SetAccessControl(tight);
        Write(path, "A=1");
        Assert.Equal("A=1", File.ReadAllText(path));
        Assert.Equal(user.Value, Assert.Single(RulesOf(new FileInfo(path).GetAccessControl())).IdentityReference.Value);
    }

    [Fact(Skip = Elsewhere, SkipUnless = nameof(IsWindows))]
    public void Everyone_who_was_in_the_list_of_a_replaced_file_is_out_of_it()
    {
        string path = _place.Write("a.env", "A=0");
        var everyone = new SecurityIdentifier(WellKnownSidType.WorldSid, null);
        FileSecurity open = new FileInfo(path).GetAccessControl();
        open.AddAccessRule(new FileSystemAccessRule(everyone, FileSystemRights.Read, AccessControlType.Allow));
        new FileInfo(path).SetAccessControl(open);
        Write(path, "A=1");
        Assert.DoesNotContain(RulesOf(new FileInfo(path).GetAccessControl()), rule => rule.IdentityReference.Equals(everyone));
    }

    [Fact(Skip = Elsewhere, SkipUnless = nameof(IsWindows))]
    public async Task A_junction_among_the_directories_is_resolved()
    {
        string real = _place.Create("real");
        await JunctionAsync("link", real);
        Assert.Equal(CanonicalPath.Of(Path.Combine(real, "a.env")).Value, CanonicalPath.Of(_place["link", "a.env"]).Value);
        Assert.Equal(CanonicalPath.Of(Path.Combine(real, "b", "a.env")).Value, CanonicalPath.Of(_place["link", "b", "a.env"]).Value);
    }

    [Fact(Skip = Elsewhere, SkipUnless = nameof(IsWindows))]
    public async Task A_junction_at_the_end_is_refused_as_a_link()
    {
        await JunctionAsync("a.env", _place.Create("real"));
        Assert.Equal("SECTOK502", FileReader.Read(_place["a.env"], "a.env").Failure?.Code);
    }

    [Fact(Skip = Elsewhere, SkipUnless = nameof(IsWindows))]
    public void A_file_has_one_canonical_path_in_whatever_letters()
    {
        string path = _place.Write("Deploy/Api.env", "A=1");
        string canonical = CanonicalPath.Of(path).Value;
        Assert.Equal(canonical, CanonicalPath.Of(path.ToUpperInvariant()).Value);
        Assert.EndsWith(@"Deploy\Api.env", canonical, StringComparison.Ordinal);
    }

    [Fact(Skip = Elsewhere, SkipUnless = nameof(IsWindows))]
    public void A_path_of_more_than_260_characters_is_written_and_replaced()
    {
        string part = new('a', 100);
        string path = _place[part, part, part, "a.env"];
        Write(path, "A=1");
        Write(path, "A=2");
        Assert.Equal("A=2", File.ReadAllText(path));
    }

    [Fact(Skip = Elsewhere, SkipUnless = nameof(IsWindows))]
    public void Parallel_jobs_append_and_lose_no_line()
    {
        string path = _place.Write("github.env", string.Empty);
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i =>
            Assert.Null(SharedLog.Append(path, Encoding.UTF8.GetBytes($"LINE_{i}=x\n"))));
        Assert.Equal(400, File.ReadAllLines(path).Distinct().Count());
    }

    [Fact(Skip = Elsewhere, SkipUnless = nameof(IsWindows))]
    public void A_file_that_is_marked_read_only_is_not_replaced()
    {
        string path = _place.Write("a.env", "A=0");
        File.SetAttributes(path, FileAttributes.ReadOnly);
        Assert.Equal("SECTOK505", TryWrite(path, "A=1").Failure?.Code);
        File.SetAttributes(path, FileAttributes.Normal);
    }

    [Fact(Skip = Elsewhere, SkipUnless = nameof(IsWindows))]
    public void A_file_that_another_program_has_open_is_called_so()
    {
        string path = _place.Write("a.env", "A=0");
        using FileStream held = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        Assert.Equal("SECTOK531", TryWrite(path, "A=1").Failure?.Code);
    }

    private static void Write(string path, string content) => Assert.True(TryWrite(path, content).Value);

    private static Result<bool> TryWrite(string path, string content)
    {
        if (!SecretFile.Lock(path, null).Succeeded(out SecretFile? file, out Failure? failure))
        {
            return failure;
        }

        using (file)
        {
            return file.Write(Encoding.UTF8.GetBytes(content), static _ => true);
        }
    }

    private static FileSystemAccessRule[] RulesOf(FileSecurity security) =>
        [.. security.GetAccessRules(true, true, typeof(SecurityIdentifier)).OfType<FileSystemAccessRule>()];

    private async Task JunctionAsync(string name, string target) =>
        (await new TestSupport.Command(_place.Path).RunAsync(_place.Path, "cmd", "/c", "mklink", "/J", _place[name], target)).Exits(0);
}
