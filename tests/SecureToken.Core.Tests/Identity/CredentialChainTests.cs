using System.Runtime.Versioning;
using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Identity;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Identity;

/// <summary>The order of the sources, what forces one, and what counts as there.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CredentialChainTests : IDisposable
{
    private const string Key = "AbCdEf_1234567890-abcdefghijklmnopqrstuvwxyz0";
    private const string Profile = "Profile-6e3f1a52-0000-4000-8000-1234567890ab";
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);
    private readonly TemporaryDirectory _directory = new();
    private readonly List<string> _tokenPaths = [];

    public void Dispose() => _directory.Dispose();

    private CredentialOptions Options => new() { BaseDirectory = _directory.Create("work"), ComputeTokenPaths = _tokenPaths };

    private Result<Credential> Find(CredentialOptions? options = null) =>
        CredentialFinder.Find(options ?? Options, _environment.GetValueOrDefault, TimeProvider.System);

    [Fact]
    public void The_sources_stand_in_the_documented_order() => Assert.Equal(
        ["iam-token", "api-key", "credentials-file", "compute-resource", "vpc", "cli", "iam-assume"], CredentialFinder.SourceNames);

    [Fact]
    public void The_first_source_that_is_there_is_taken()
    {
        Offer();
        foreach (string name in CredentialFinder.SourceNames.Where(name => name != "iam-assume"))
        {
            using Credential credential = Find().Value;
            AssertFrom(name, credential);
            TakeAway(name);
        }

        Assert.Equal(DiagnosticDescriptors.CredentialMissing, Find().Failure!.Descriptor);
    }

    [Theory]
    [InlineData("iam-token")]
    [InlineData("api-key")]
    [InlineData("credentials-file")]
    [InlineData("compute-resource")]
    [InlineData("vpc")]
    [InlineData("cli")]
    [InlineData("iam-assume")]
    public void Any_source_can_be_forced_and_is_the_only_one_then(string name)
    {
        Offer();
        using Credential byOption = Find(Options with { Forced = name }).Value;
        AssertFrom(name, byOption);
        _environment["SECTOKEN_CREDENTIAL"] = name;
        using Credential byVariable = Find().Value;
        Assert.Equal(byOption.Source, byVariable.Source);
        if (name is "vpc")
        {
            // Its address is fixed, so it is always there when it is forced.
            return;
        }

        TakeAway(name);
        Failure failure = Find().Failure!;
        Assert.Equal(DiagnosticDescriptors.CredentialNotThere, failure.Descriptor);
        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_forced_source_and_an_option_of_another_one_exclude_each_other()
    {
        Failure failure = Find(Options with { Forced = "cli", ApiKeyFile = "key" }).Failure!;
        Assert.Equal(DiagnosticDescriptors.SettingsConflict, failure.Descriptor);
        Assert.Contains("--credential cli", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_option_stands_above_the_variable_that_forces_a_source()
    {
        _environment["SECTOKEN_CREDENTIAL"] = "cli";
        using Credential credential = Find(Options with { ApiKeyFile = _directory.Write("key", Key) }).Value;
        Assert.Equal("api-key", credential.Kind);
    }

    [Fact]
    public void A_source_that_does_not_exist_is_told_with_those_that_do()
    {
        Failure failure = Find(Options with { Forced = "keyring" }).Failure!;
        Assert.Equal(DiagnosticDescriptors.SettingInvalid, failure.Descriptor);
        Assert.Contains("iam-token, api-key", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SECTOKEN_IAM_TOKEN", "bad token")]
    [InlineData("SECTOKEN_API_KEY", "{key}")]
    [InlineData("IBM_CREDENTIALS_FILE", "/nowhere")]
    [InlineData("IBMCLOUD_CR_PROFILE", "crn:v1:bluemix:public:sysdig-secure:eu-de:a/1:2::")]
    public void A_source_that_is_there_but_broken_is_no_reason_to_try_the_next(string variable, string value)
    {
        Offer();
        foreach (string earlier in CredentialFinder.SourceNames.TakeWhile(name => name != OwnerOf(variable)))
        {
            TakeAway(earlier);
        }

        _environment[variable] = value;
        Assert.NotNull(Find().Failure);

        static string OwnerOf(string variable) => variable switch
        {
            "SECTOKEN_IAM_TOKEN" => "iam-token",
            "SECTOKEN_API_KEY" => "api-key",
            "IBM_CREDENTIALS_FILE" => "credentials-file",
            _ => "compute-resource",
        };
    }

    [Theory]
    [InlineData("SECTOKEN_APIKEY={0}", "api-key")]
    [InlineData("SYSDIG_SECURE_APIKEY={0}", "api-key")]
    [InlineData("# mine\r\nSYSDIG_SECURE_AUTH_TYPE=iam\r\nSYSDIG_SECURE_APIKEY=\"{0}\"\r\n", "api-key")]
    [InlineData("SECTOKEN_IAM_APIKEY= {0} ", "api-key")]
    [InlineData("SECTOKEN_AUTH_TYPE=container\nSECTOKEN_IAM_PROFILE_NAME=my profile\nSECTOKEN_CR_TOKEN_FILENAME=/a/token", "compute-resource")]
    [InlineData("SECTOKEN_IAM_PROFILE_ID=Profile-1\nSECTOKEN_CR_TOKEN_FILENAME=/a/token", "compute-resource")]
    [InlineData("SECTOKEN_AUTH_TYPE=iamAssume\nSECTOKEN_APIKEY={0}\nSECTOKEN_IAM_PROFILE_ID=Profile-1", "iam-assume")]
    [InlineData("SECTOKEN_AUTH_TYPE=VPC", "vpc")]
    [InlineData("SECTOKEN_AUTH_TYPE=bearerToken\nSECTOKEN_BEARER_TOKEN=aaaa.bbbb.cccc", "iam-token")]
    public void A_credentials_file_says_what_kind_it_is(string content, string kind)
    {
        _environment["IBM_CREDENTIALS_FILE"] = _directory.Write("credentials", content.Replace("{0}", Key, StringComparison.Ordinal));
        using Credential credential = Find().Value;
        Assert.Equal(kind, credential.Kind);
        if (credential is ApiKeyCredential apiKey)
        {
            Assert.Equal(Key, Encoding.UTF8.GetString(apiKey.Key.Utf8));
        }
    }

    [Theory]
    [InlineData("SECTOKEN_AUTH_TYPE=basic\nSECTOKEN_APIKEY=canary", "SECTOK108")]
    [InlineData("SECTOKEN_APIKEY={canary}", "SECTOK202")]
    [InlineData("SECTOKEN_AUTH_TYPE=iam", "SECTOK202")]
    [InlineData("SECTOKEN_AUTH_TYPE=container", "SECTOK213")]
    [InlineData("SECTOKEN_AUTH_TYPE=container\nSECTOKEN_IAM_PROFILE_ID=Profile-1", "SECTOK221")]
    [InlineData("SECTOKEN_AUTH_TYPE=vpc\nSECTOKEN_IAM_PROFILE_NAME=named", "SECTOK215")]
    public void A_broken_credentials_file_is_told_without_its_values(string content, string code)
    {
        _environment["IBM_CREDENTIALS_FILE"] = _directory.Write("credentials", content);
        Failure failure = Find().Failure!;
        Assert.Equal(code, failure.Code);
        Assert.DoesNotContain("canary", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_in_the_working_directory_stands_before_the_one_in_the_home()
    {
        _environment["HOME"] = _directory.Create("home");
        _directory.Write("home/ibm-credentials.env", $"SECTOKEN_APIKEY={Key}-home");
        using (Credential home = Find().Value)
        {
            Assert.Contains("home/ibm-credentials.env", home.Source, StringComparison.Ordinal);
        }

        _directory.Write("work/ibm-credentials.env", $"SECTOKEN_APIKEY={Key}");
        using Credential work = Find().Value;
        Assert.Contains("work/ibm-credentials.env", work.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void A_credentials_file_of_other_services_is_none_of_ours()
    {
        _environment["IBM_CREDENTIALS_FILE"] = _directory.Write("credentials", $"CLOUDANT_APIKEY={Key}\nCLOUDANT_URL=https://evil.example\n");
        Assert.Equal(DiagnosticDescriptors.CredentialMissing, Find().Failure!.Descriptor);
    }

    [Fact]
    public void A_compute_resources_token_is_looked_for_in_the_documented_places_in_their_order()
    {
        Assert.Equal(
            ["/var/run/secrets/tokens/vault-token", "/var/run/secrets/tokens/sa-token", "/var/run/secrets/codeengine.cloud.ibm.com/compute-resource-token/token"],
            new CredentialOptions { BaseDirectory = "/" }.ComputeTokenPaths);
        _environment["SECTOKEN_IAM_PROFILE"] = Profile;
        _tokenPaths.AddRange([_directory["first"], _directory["second"]]);
        _directory.Write("second", "a.compute.token");
        using (Credential second = Find().Value)
        {
            Assert.StartsWith(_directory["second"], second.Source, StringComparison.Ordinal);
        }

        _directory.Write("first", "a.compute.token");
        using Credential first = Find().Value;
        Assert.Equal($"{_directory["first"]}, profile {Profile}", first.Source);
    }

    [Fact]
    public void A_compute_resources_token_without_a_profile_says_how_to_name_one()
    {
        _tokenPaths.Add(_directory.Write("token", "a.compute.token"));
        Failure failure = Find().Failure!;
        Assert.Equal(DiagnosticDescriptors.ProfileMissing, failure.Descriptor);
        Assert.Contains("SECTOKEN_IAM_PROFILE", failure.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Profile-1", "Profile-1", null)]
    [InlineData("crn:v1:bluemix:public:iam-identity::a/1234::profile:Profile-1", "Profile-1", null)]
    [InlineData("my profile", null, "my profile")]
    public void A_profile_is_named_by_its_id_its_CRN_or_its_name(string text, string? id, string? name) =>
        Assert.Equal(new TrustedProfile(id, name), TrustedProfile.Parse(text, "a setting").Value);

    [Theory]
    [InlineData("a\r\nb")]
    [InlineData("profil\u00e9")]
    [InlineData("crn:v1:bluemix:public:iam-identity::a/1234::serviceid:ServiceId-1")]
    [InlineData("crn:Profile-1")]
    [InlineData(" ")]
    public void What_cannot_name_a_profile_is_refused(string text) => Assert.Equal(DiagnosticDescriptors.ProfileInvalid, TrustedProfile.Parse(text, "a setting").Failure!.Descriptor);

    [Theory]
    [InlineData("http://10.0.0.1")]
    [InlineData("http://metadata.evil.example")]
    [InlineData("https://api.metadata.cloud.ibm.com.evil.example")]
    [InlineData("http://169.254.169.254.nip.io")]
    [InlineData("http://user@169.254.169.254")]
    [InlineData("http://169.254.169.254/path")]
    [InlineData("not an address")]
    public void The_metadata_service_is_at_no_foreign_address(string url)
    {
        _environment["IBMCLOUD_CR_VPC_URL"] = url;
        Assert.Equal(DiagnosticDescriptors.SettingInvalid, Find().Failure!.Descriptor);
    }

    [Theory]
    [InlineData("relative/bin")]
    [InlineData(".")]
    [InlineData("")]
    public void A_program_in_a_relative_directory_of_PATH_is_not_the_users(string entry)
    {
        _environment["PATH"] = entry;
        Assert.Equal(DiagnosticDescriptors.CredentialMissing, Find().Failure!.Descriptor);
    }

    /// <summary>A credentials file gives a credential of another kind, and says that it came from the file.</summary>
    private void AssertFrom(string name, Credential credential)
    {
        Assert.Equal(name == "credentials-file" ? "api-key" : name, credential.Kind);
        Assert.Equal(name == "credentials-file", credential.Source.EndsWith(_directory["credentials"], StringComparison.Ordinal));
    }

    /// <summary>Everything at once.</summary>
    private void Offer()
    {
        _environment["SECTOKEN_IAM_TOKEN"] = "aaaa.bbbb.cccc";
        _environment["SECTOKEN_API_KEY"] = Key;
        _environment["IBM_CREDENTIALS_FILE"] = _directory.Write("credentials", $"SECTOKEN_AUTH_TYPE=iam\nSECTOKEN_APIKEY={Key}\n");
        _environment["IBMCLOUD_CR_TOKEN"] = "a.compute.token";
        _environment["IBMCLOUD_CR_PROFILE"] = Profile;
        _environment["PATH"] = new IbmCloudStandIn(_directory["bin"], "exit 1").SearchPath;
    }

    private void TakeAway(string name)
    {
        _environment.Remove(name switch
        {
            "iam-token" => "SECTOKEN_IAM_TOKEN",
            "api-key" => "SECTOKEN_API_KEY",
            "credentials-file" => "IBM_CREDENTIALS_FILE",
            "compute-resource" => "IBMCLOUD_CR_TOKEN",
            "vpc" or "iam-assume" => "IBMCLOUD_CR_PROFILE",
            _ => "PATH",
        });
    }
}
