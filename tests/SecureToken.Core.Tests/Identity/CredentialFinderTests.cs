using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Identity;

public sealed class CredentialFinderTests : IDisposable
{
    private const string Key = "AbCdEf_1234567890-abcdefghijklmnopqrstuvwxyz0";
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private Result<Credential> Find(CredentialOptions? options = null) =>
        CredentialFinder.Find(options ?? Options, _environment.GetValueOrDefault, TimeProvider.System);

    private CredentialOptions Options => new() { BaseDirectory = _directory.Path };

    private static string ApiKeyOf(Result<Credential> found) => Encoding.UTF8.GetString(((ApiKeyCredential)found.Value).Key.Utf8);

    [Theory]
    [InlineData("SECTOKEN_API_KEY")]
    [InlineData("IBMCLOUD_API_KEY")]
    [InlineData("IC_API_KEY")]
    [InlineData("SYSDIG_IBM_SECURE_API_KEY")]
    public void Every_documented_variable_is_read(string name)
    {
        _environment[name] = Key;
        using Credential credential = Find().Value;
        Assert.Equal(name, credential.Source);
    }

    [Fact]
    public void The_first_variable_that_is_set_wins_and_an_empty_one_is_not_set()
    {
        _environment["SECTOKEN_API_KEY"] = string.Empty;
        _environment["IBMCLOUD_API_KEY"] = Key;
        _environment["IC_API_KEY"] = "other-key-other-key";
        Assert.Equal(Key, ApiKeyOf(Find()));
    }

    [Theory]
    [InlineData("{0}\n")]
    [InlineData("\uFEFF{0}\r\n")]
    [InlineData("  {0}  ")]
    [InlineData("{{ \"name\": \"mine\", \"apikey\": \"{0}\", \"id\": \"ApiKey-1\" }}")]
    public void A_key_file_may_have_a_line_end_or_be_the_downloaded_JSON(string format)
    {
        string path = _directory.Write("key", string.Format(System.Globalization.CultureInfo.InvariantCulture, format, Key));
        Assert.Equal(Key, ApiKeyOf(Find(Options with { ApiKeyFile = path })));
        _environment["IBMCLOUD_API_KEY"] = "@key";
        Assert.Equal(Key, ApiKeyOf(Find()));
    }

    [Theory]
    [InlineData("{\"apikey\":\"\\ud800\"}")]
    [InlineData("{\"apikey\":\"AbCdEf_1234567890\",\"apikey\":\"\\udc00x\"}")]
    public void A_key_file_with_half_a_character_is_refused_and_not_repeated(string content)
    {
        Failure failure = Find(Options with { ApiKeyFile = _directory.Write("key", content) }).Failure!;
        Assert.Equal(DiagnosticDescriptors.ApiKeyMalformed, failure.Descriptor);
        Assert.DoesNotContain("AbCdEf", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_comes_on_standard_input() =>
        Assert.Equal(Key, ApiKeyOf(Find(Options with { ApiKeyStdin = true, OpenStandardInput = () => new MemoryStream(Encoding.UTF8.GetBytes(Key + "\n")) })));

    [Theory]
    [InlineData("{my-api-key}")]
    [InlineData("\"quoted-api-key\"")]
    [InlineData("<two words>")]
    [InlineData("line\nend-canary")]
    [InlineData("ключ-canary")]
    public void A_placeholder_is_refused_without_being_repeated(string text)
    {
        _environment["SECTOKEN_API_KEY"] = text;
        Failure failure = Find().Failure!;
        Assert.Equal(DiagnosticDescriptors.ApiKeyMalformed, failure.Descriptor);
        Assert.DoesNotContain("api-key}", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("quoted", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_that_is_given_but_broken_is_no_reason_to_try_the_next()
    {
        _environment["SECTOKEN_API_KEY"] = "@missing-file";
        _environment["IBMCLOUD_API_KEY"] = Key;
        Assert.Equal(DiagnosticDescriptors.CredentialUnreadable, Find().Failure!.Descriptor);
    }

    [Fact]
    public void Two_options_for_the_credential_are_refused() => Assert.Equal(
        DiagnosticDescriptors.SettingsConflict, Find(Options with { ApiKeyFile = "a", IamTokenFile = "b" }).Failure!.Descriptor);

    [Fact]
    public void No_credential_names_every_variable()
    {
        Failure failure = Find().Failure!;
        Assert.Equal(DiagnosticDescriptors.CredentialMissing, failure.Descriptor);
        Assert.All(CredentialVariables.ApiKey.Concat(CredentialVariables.IamToken), name => Assert.Contains(name, failure.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Bearer {0}")]
    [InlineData("bearer {0}\n")]
    [InlineData("{0}")]
    public void An_IAM_token_is_taken_with_and_without_Bearer(string format)
    {
        string jwt = Jwt(DateTimeOffset.UtcNow.AddMinutes(5));
        _environment["IC_IAM_TOKEN"] = string.Format(System.Globalization.CultureInfo.InvariantCulture, format, jwt);
        using Credential credential = Find().Value;
        Assert.Equal(jwt, Encoding.UTF8.GetString(((IamTokenCredential)credential).Token.Utf8));
    }

    [Fact]
    public void An_IAM_token_that_has_ended_is_refused_before_it_is_sent()
    {
        _environment["SECTOKEN_IAM_TOKEN"] = Jwt(DateTimeOffset.UtcNow.AddMinutes(-5));
        Assert.Equal(DiagnosticDescriptors.IamTokenExpired, Find().Failure!.Descriptor);
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("abc\r\nX-Evil: 1")]
    [InlineData("")]
    public void What_is_no_IAM_token_is_refused(string text)
    {
        string path = _directory.Write("iam", text);
        Assert.Equal(DiagnosticDescriptors.IamTokenMalformed, Find(Options with { IamTokenFile = path }).Failure!.Descriptor);
    }

    private static string Jwt(DateTimeOffset ends)
    {
        static string Part(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return $"{Part("{\"alg\":\"HS256\"}")}.{Part($"{{\"iam_id\":\"x\",\"exp\":{ends.ToUnixTimeSeconds()}}}")}.c2lnbmF0dXJl";
    }
}
