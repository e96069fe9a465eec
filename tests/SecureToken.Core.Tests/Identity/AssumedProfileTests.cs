using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Tests.Service;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Identity;

/// <summary>An API key whose identity assumes a trusted profile.</summary>
public sealed class AssumedProfileTests : IDisposable
{
    private const string Crn = "crn:v1:bluemix:public:iam-identity::a/acc2::profile:Profile-2";
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("Profile-1", "profile_id=Profile-1")]
    [InlineData(Crn, "profile_id=Profile-2")]
    [InlineData("my deployers", "profile_name=my%20deployers&account=acc1")]
    public async Task The_token_is_read_as_the_profile_not_as_the_owner_of_the_key(string profile, string fields)
    {
        List<string> assumed = [];
        await using FaultServer server = FailureTable.AssumingServer(assumes: true, assumed.Add);
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        service.Environment["SECTOKEN_CREDENTIAL"] = "iam-assume";
        service.Environment["SECTOKEN_IAM_PROFILE"] = profile;
        using FetchedToken fetched = (await service.FetchAsync("42", server.BaseUrl, server.BaseUrl, CannedService.Instance)).Value;
        Assert.EndsWith(" (iam-assume)", fetched.CredentialSource, StringComparison.Ordinal);
        string form = Assert.Single(assumed).Split("\r\n\r\n")[1];
        Assert.Contains("&access_token=eyJhbGciOiJub25lIn0.eyJhY2NvdW50Ijp7ImJzcyI6ImFjYzEifX0.c2ln&", form, StringComparison.Ordinal);
        Assert.EndsWith(fields, form, StringComparison.Ordinal);
        Assert.DoesNotContain(service.Emulator.ApiKey, form, StringComparison.Ordinal);
        Assert.Contains(server.Requests, head => head.StartsWith(CannedService.Token, StringComparison.Ordinal) && head.Contains("Bearer profile.payload.signature", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_credentials_file_of_IBMs_SDKs_says_it_with_the_account_of_a_name()
    {
        List<string> assumed = [];
        await using FaultServer server = FailureTable.AssumingServer(assumes: true, assumed.Add);
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        service.Environment.Remove("SECTOKEN_API_KEY");
        service.Environment["IBM_CREDENTIALS_FILE"] = _directory.Write(
            "credentials", $"SECTOKEN_AUTH_TYPE=iamAssume\nSECTOKEN_APIKEY={service.Emulator.ApiKey}\nSECTOKEN_IAM_PROFILE_NAME=deployers\nSECTOKEN_IAM_ACCOUNT_ID=acc9\n");
        using FetchedToken fetched = (await service.FetchAsync("42", server.BaseUrl, server.BaseUrl, CannedService.Instance)).Value;
        Assert.EndsWith("profile_name=deployers&account=acc9", Assert.Single(assumed), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SECTOKEN_AUTH_TYPE=iamAssume\nSECTOKEN_APIKEY=some-api-key-canary", "SECTOK101")]
    [InlineData("SECTOKEN_AUTH_TYPE=iamAssume\nSECTOKEN_IAM_PROFILE_ID=Profile-1", "SECTOK202")]
    public async Task A_file_that_lacks_one_of_the_two_is_told(string content, string code)
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        service.Environment.Remove("SECTOKEN_API_KEY");
        service.Environment["IBM_CREDENTIALS_FILE"] = _directory.Write("credentials", content);
        Failure failure = await service.FailAsync();
        Assert.Equal(code, failure.Code);
        Assert.DoesNotContain("canary", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Neither_key_nor_profile_alone_is_enough_and_a_profile_alone_changes_nothing_for_a_key()
    {
        var options = new CredentialOptions { BaseDirectory = _directory.Create("work"), Forced = "iam-assume" };
        foreach (Dictionary<string, string> environment in (Dictionary<string, string>[])[new() { ["SECTOKEN_API_KEY"] = "some-api-key" }, new() { ["SECTOKEN_IAM_PROFILE"] = "Profile-1" }])
        {
            Assert.Equal("SECTOK221", CredentialFinder.Find(options, environment.GetValueOrDefault, TimeProvider.System).Failure!.Code);
        }

        Dictionary<string, string> both = new() { ["SECTOKEN_API_KEY"] = "some-api-key", ["SECTOKEN_IAM_PROFILE"] = "Profile-1" };
        using Credential unforced = CredentialFinder.Find(options with { Forced = null, Profile = "Profile-1" }, both.GetValueOrDefault, TimeProvider.System).Value;
        Assert.Equal("api-key", unforced.Kind);
        using Credential forced = CredentialFinder.Find(options with { ApiKeyFile = _directory.Write("key", "another-api-key") }, both.GetValueOrDefault, TimeProvider.System).Value;
        Assert.Equal("iam-assume", forced.Kind);
        Assert.NotEqual(unforced.Fingerprint, forced.Fingerprint);
    }

    [Theory]
    [InlineData("IAM token:  Bearer aaaa.bbbb.cccc\n")]
    [InlineData("IAM token:  Bearer aaaa.bbbb.cccc\r\nUAA token:  Bearer dddd.eeee.ffff\r\n")]
    [InlineData("{\"iam_token\": \"Bearer aaaa.bbbb.cccc\"}")]
    [InlineData("\n{\n  \"iam_token\": \"Bearer aaaa.bbbb.cccc\",\n  \"uaa_token\": \"\"\n}\n")]
    [InlineData("Bearer aaaa.bbbb.cccc\n")]
    [InlineData("aaaa.bbbb.cccc")]
    public void An_IAM_token_may_be_what_the_ibmcloud_program_prints(string printed)
    {
        foreach (Encoding encoding in (Encoding[])[new UTF8Encoding(false), new UTF8Encoding(true), Encoding.Unicode, Encoding.BigEndianUnicode])
        {
            byte[] given = [.. encoding.Preamble, .. encoding.GetBytes(printed)];
            var options = new CredentialOptions { BaseDirectory = "/", IamTokenStdin = true, OpenStandardInput = () => new MemoryStream(given) };
            using var credential = Assert.IsType<IamTokenCredential>(CredentialFinder.Find(options, _ => null, TimeProvider.System).Value);
            Assert.Equal("aaaa.bbbb.cccc"u8, credential.Token.Utf8);
        }
    }

    [Theory]
    [InlineData("{\"iam_token\": 4}")]
    [InlineData("{\"iam_token\": \"\"}")]
    [InlineData("{\"uaa_token\": \"Bearer aaaa.bbbb.cccc\"}")]
    [InlineData("{\"iam_token\": \"Bearer aaaa.bbbb.cccc\"")]
    [InlineData("IAM token:")]
    public void What_holds_none_is_refused_without_being_repeated(string printed)
    {
        var options = new CredentialOptions { BaseDirectory = "/", IamTokenStdin = true, OpenStandardInput = () => new MemoryStream(Encoding.UTF8.GetBytes(printed)) };
        Result<Credential> found = CredentialFinder.Find(options, _ => null, TimeProvider.System);
        if (printed.EndsWith("cccc\"", StringComparison.Ordinal))
        {
            // Cut off after the token: it is whole.
            using Credential credential = found.Value;
            return;
        }

        Assert.Equal(DiagnosticDescriptors.IamTokenMalformed, found.Failure!.Descriptor);
        Assert.DoesNotContain("aaaa", found.Failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-16", "a-good-api-key")]
    [InlineData("utf-16BE", "a-good-api-key")]
    [InlineData("utf-16", "{\"name\":\"mine\",\"apikey\":\"a-good-api-key\"}")]
    public void A_key_file_that_PowerShell_has_written_is_read(string encodingName, string content)
    {
        var encoding = Encoding.GetEncoding(encodingName);
        string path = Path.Combine(_directory.Create("keys"), "key");
        File.WriteAllText(path, content, encoding);
        using var credential = Assert.IsType<ApiKeyCredential>(CredentialFinder.Find(new CredentialOptions { BaseDirectory = "/", ApiKeyFile = path }, _ => null, TimeProvider.System).Value);
        Assert.Equal("a-good-api-key"u8, credential.Key.Utf8);
    }

    [Fact]
    public void UTF16_without_its_mark_is_told_as_such()
    {
        string path = Path.Combine(_directory.Create("keys"), "key");
        File.WriteAllBytes(path, Encoding.Unicode.GetBytes("{\"apikey\":\"a-good-api-key\"}"));
        Failure failure = CredentialFinder.Find(new CredentialOptions { BaseDirectory = "/", ApiKeyFile = path }, _ => null, TimeProvider.System).Failure!;
        Assert.Contains("save the file as UTF-8", failure.Message, StringComparison.Ordinal);
    }
}
