using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;
using SecureToken.Core.Tests.Service;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Identity;

/// <summary>The token of a compute resource, with a trusted profile.</summary>
public sealed class ComputeResourceTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("id")]
    [InlineData("name")]
    [InlineData("CRN")]
    public async Task The_linked_profile_gets_the_token_by_id_name_or_CRN(string how)
    {
        await using ServiceFixture service = await StartAsync();
        service.Environment["IBMCLOUD_CR_PROFILE"] =
            how == "id" ? service.Emulator.ProfileId : how == "name" ? service.Emulator.ProfileName : service.Emulator.ProfileCrn;
        using FetchedToken fetched = (await service.FetchAsync("42")).Value;
        Assert.True(fetched.Token.Matches(Encoding.UTF8.GetBytes(service.Emulator.TokenOf(42))));
        Assert.StartsWith("IBMCLOUD_CR_TOKEN, profile ", fetched.CredentialSource, StringComparison.Ordinal);
        Assert.EndsWith(" (compute-resource)", fetched.CredentialSource, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_rotates_and_is_read_anew_for_each_exchange()
    {
        await using ServiceFixture service = await StartAsync();
        string path = _directory.Write("token", "an.earlier.token");
        var options = new CredentialOptions { BaseDirectory = "/", ComputeTokenPaths = [path] };
        service.Environment.Remove("IBMCLOUD_CR_TOKEN");
        service.Environment["SECTOKEN_IAM_PROFILE"] = service.Emulator.ProfileId;
        using Credential credential = CredentialFinder.Find(options, service.Environment.GetValueOrDefault, TimeProvider.System).Value;
        using var transport = new Transport(new TransportOptions { Environment = service.Environment.GetValueOrDefault });
        using var session = new IamSession(credential, Endpoint.Parse(service.Emulator.BaseUrl.ToString()).Value, TimeProvider.System);
        await File.WriteAllTextAsync(path, service.Emulator.ComputeResourceToken + "\n", TestContext.Current.CancellationToken);
        Assert.NotNull((await session.GetAsync(transport, TestContext.Current.CancellationToken)).Value);
    }

    [Theory]
    [InlineData("Profile-00000000-0000-0000-0000-000000000000")]
    [InlineData("no such profile")]
    public async Task A_profile_that_is_not_linked_is_told_as_such(string profile)
    {
        await using ServiceFixture service = await StartAsync();
        service.Environment["IBMCLOUD_CR_PROFILE"] = profile;
        Failure failure = await service.FailAsync("42");
        Assert.Equal(DiagnosticDescriptors.ProfileRefused, failure.Descriptor);
        Assert.Contains(profile, failure.Message, StringComparison.Ordinal);
        Assert.Contains("linked to this compute resource", failure.NextStep, StringComparison.Ordinal);
        Assert.Matches("Request id [0-9a-f]{32}", failure.Message);
        Assert.Equal(1, service.Emulator.Count("POST", "/identity/token"));
    }

    [Theory]
    [InlineData("", "SECTOK222")]
    [InlineData("two words", "SECTOK222")]
    [InlineData("a.token\r\nX-Evil: 1", "SECTOK222")]
    public async Task What_is_no_such_token_is_refused_before_it_is_sent(string content, string code)
    {
        await using ServiceFixture service = await StartAsync();
        service.Environment["IBMCLOUD_CR_TOKEN"] = "@" + _directory.Write("token", content);
        service.Environment["IBMCLOUD_CR_PROFILE"] = "a profile";
        Assert.Equal(code, (await service.FailAsync("42")).Code);
        Assert.Empty(service.Emulator.Requests);
    }

    [Fact]
    public void Another_profile_is_another_identity_and_another_token_of_the_same_resource_is_not()
    {
        Dictionary<string, string> environment = new() { ["IBMCLOUD_CR_TOKEN"] = "one.compute.token", ["IBMCLOUD_CR_PROFILE"] = "first" };
        Fingerprint first = Fingerprint();
        environment["IBMCLOUD_CR_TOKEN"] = "another.compute.token";
        Assert.Equal(first, Fingerprint());
        environment["IBMCLOUD_CR_PROFILE"] = "second";
        Assert.NotEqual(first, Fingerprint());

        Fingerprint Fingerprint()
        {
            using Credential credential = CredentialFinder.Find(new CredentialOptions { BaseDirectory = "/" }, environment.GetValueOrDefault, TimeProvider.System).Value;
            return credential.Fingerprint;
        }
    }

    private static async Task<ServiceFixture> StartAsync()
    {
        ServiceFixture service = await ServiceFixture.StartAsync();
        service.Environment.Clear();
        service.Environment["IBMCLOUD_CR_TOKEN"] = service.Emulator.ComputeResourceToken;
        return service;
    }
}
