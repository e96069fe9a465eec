using System.Runtime.Versioning;
using SecureToken.Build.Tests.Support;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Build.Tests;

/// <summary>Who a build is, which instance it means by a name, and whom it trusts.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class IdentityTests(PackageFixture package) : PackageTest(package)
{
    [Fact]
    public async Task Projects_that_name_their_instance_look_it_up_once()
    {
        string all = Site.BareProjects(4, "<SecureTokenInstance>emulator</SecureTokenInstance>");
        (await Site.With("SECTOKEN_RESOURCE_CONTROLLER", Site.Endpoint).MSBuildAsync(all, "-m:2")).Exits(0);
        Assert.All(Enumerable.Range(1, 4), i => Assert.True(Site.HasToken(Site.SecretsOf($"p{i:00}"))));
        Assert.Equal((1, 1), (Site.Emulator.Count("GET", "/v2/resource_instances"), Site.Emulator.Count("GET", "/api/token")));

        // Who looks up the instance need not be who asks for the token, and an IAM token stays in its process.
        Assert.InRange(Site.Emulator.Count("POST", "/identity/token"), 1, 2);
    }

    [Fact]
    public async Task A_session_of_the_ibmcloud_program_serves_a_build_and_is_asked_once()
    {
        string iamToken = await IamTokenAsync();
        var program = new IbmCloudStandIn(Path.Combine(Site.Home, "bin"), $"echo x >> '{Site.Home}/starts'; " + IbmCloudStandIn.Printing(iamToken));
        Site.With("SECTOKEN_API_KEY", string.Empty).With("PATH", program.SearchPath + ":" + Environment.GetEnvironmentVariable("PATH"));
        string all = Site.BareProjects(3, "<SecureTokenCredential>cli</SecureTokenCredential>");
        (await Site.MSBuildAsync(all, "-m:2")).Exits(0);
        Assert.All(Enumerable.Range(1, 3), i => Assert.True(Site.HasToken(Site.SecretsOf($"p{i:00}"))));
        Assert.Single(await File.ReadAllLinesAsync(Path.Combine(Site.Home, "starts"), Stop));
        Assert.Empty(new Canary("the IAM token", iamToken).FindIn(await File.ReadAllBytesAsync(Site.LastLog, Stop), "the binary log"));
    }

    [Fact]
    public async Task A_kind_of_credential_that_is_forced_and_not_there_is_told()
    {
        CommandResult result = await Site.MSBuildAsync(Site.BareProject(properties: "<SecureTokenCredential>compute-resource</SecureTokenCredential>"));
        Assert.Contains("SECTOK221", result.Output, StringComparison.Ordinal);
        result = await Site.MSBuildAsync(Site.BareProject(properties: "<SecureTokenCredential>keyring</SecureTokenCredential>"));
        Assert.Contains("SECTOK108: SecureTokenCredential cannot have the value 'keyring'", result.Output, StringComparison.Ordinal);
        Assert.Empty(Site.Emulator.Requests);
    }

    [Fact]
    public async Task A_private_authority_is_trusted_by_a_property_that_starts_at_the_project()
    {
        await using Site site = await Site.StartAsync(Package, "tls", options => options with { Tls = true });
        string project = site.BareProject(properties: "<SecureTokenCaBundle>../authority.pem</SecureTokenCaBundle>");
        site.Write("authority.pem", site.Emulator.AuthorityPem!);
        (await site.MSBuildAsync(project)).Exits(0);
        Assert.True(site.HasToken(site.SecretsOf("bare")));
        site.Forget();
        CommandResult refused = await site.MSBuildAsync(site.BareProject("untrusting"));
        Assert.Contains("SECTOK306", refused.Output, StringComparison.Ordinal);
    }

    private async Task<string> IamTokenAsync()
    {
        using var client = new HttpClient();
        using var form = new FormUrlEncodedContent([new("grant_type", "urn:ibm:params:oauth:grant-type:apikey"), new("apikey", Site.Emulator.ApiKey)]);
        using HttpResponseMessage answer = await client.PostAsync(new Uri(Site.Emulator.BaseUrl, "/identity/token"), form, Stop);
        using var json = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop));
        Site.Emulator.ClearRequests();
        return json.RootElement.GetProperty("access_token").GetString()!;
    }
}
