using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Settings;
using Xunit;

namespace SecureToken.Core.Tests.Settings;

public sealed class TokenSettingsTests
{
    private const string Guid = "1b7ad6f0-5c0d-4a53-9d5b-0e6f3c5a7d11";
    private const string Crn = $"crn:v1:bluemix:public:sysdig-secure:eu-de:a/1234567890abcdef1234567890abcdef:{Guid}::";
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    private Result<TokenSettings> Resolve(bool committed, params (SettingName Name, string Text)[] given)
    {
        string? Read(SettingName name) => given.FirstOrDefault(pair => pair.Name == name).Text;
        Result<SettingsLayer> variables = SettingsLayer.FromEnvironment(_environment.GetValueOrDefault);
        if (variables.Failure is not null)
        {
            return variables.Failure;
        }

        var face = SettingsLayer.From(Read, name => new SettingSource(committed ? name.Property : name.Option, committed));
        return TokenSettings.Resolve([face, variables.Value], new HostTrust([], _environment.GetValueOrDefault));
    }

    [Fact]
    public void An_option_wins_over_the_environment()
    {
        _environment["SECTOKEN_REGION"] = "us-south";
        _environment["SECTOKEN_TEAM"] = "billing";
        TokenSettings settings = Resolve(false, (SettingName.Instance, Guid), (SettingName.Region, "eu-de"), (SettingName.Team, "payments")).Value;
        Assert.Equal("https://eu-de.security-compliance-secure.cloud.ibm.com", settings.Endpoint.ToString());
        Assert.Equal("payments", settings.Team.Name);
    }

    [Fact]
    public void A_CRN_alone_gives_instance_and_endpoint()
    {
        TokenSettings settings = Resolve(false, (SettingName.Instance, Crn), (SettingName.Team, "42")).Value;
        Assert.Equal(Guid, settings.Instance.Known?.Id);
        Assert.Equal("https://eu-de.security-compliance-secure.cloud.ibm.com", settings.Endpoint.ToString());
        Assert.Equal("https://iam.cloud.ibm.com", settings.IamEndpoint.ToString());
    }

    [Theory]
    [InlineData("crn:v1:bluemix:public:sysdig-monitor:eu-de:a/12:1b7ad6f0-5c0d-4a53-9d5b-0e6f3c5a7d11::", "Monitoring")]
    [InlineData("crn:v1:bluemix:public:sysdig-secure:eu-de", "ten parts")]
    [InlineData("my/instance", "neither a GUID nor a CRN")]
    [InlineData("line\nend", "neither a GUID nor a CRN")]
    [InlineData("m\u00fcnchen", "neither a GUID nor a CRN")]
    [InlineData("AbCdEf_1234567890-abcdefghijklmnopqrstuvwxyz0", "looks like a credential")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJleHAiOjE1MDAwMDAwMDB9.c2ln", "looks like a credential")]
    public void What_is_no_instance_is_told_why(string text, string why)
    {
        Failure failure = Resolve(false, (SettingName.Instance, text), (SettingName.Team, "42")).Failure!;
        Assert.Equal(DiagnosticDescriptors.InstanceInvalid, failure.Descriptor);
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_region_that_contradicts_the_CRN_is_refused() => Assert.Equal(
        DiagnosticDescriptors.SettingsConflict, Resolve(false, (SettingName.Instance, Crn), (SettingName.Region, "us-south"), (SettingName.Team, "42")).Failure!.Descriptor);

    [Fact]
    public void Region_and_endpoint_together_are_refused() => Assert.Equal(
        DiagnosticDescriptors.SettingsConflict,
        Resolve(false, (SettingName.Instance, Guid), (SettingName.Region, "eu-de"), (SettingName.Endpoint, "https://x.cloud.ibm.com"), (SettingName.Team, "42")).Failure!.Descriptor);

    [Fact]
    public void Two_foreign_variables_for_the_team_are_refused()
    {
        _environment["SYSDIG_SECURE_TEAM_ID"] = "42";
        _environment["SYSDIG_SECURE_TEAM_NAME"] = "payments";
        Assert.Equal(DiagnosticDescriptors.SettingsConflict, Resolve(false, (SettingName.Instance, Crn)).Failure!.Descriptor);
        _environment["SECTOKEN_TEAM"] = "payments";
        Assert.Equal("payments", Resolve(false, (SettingName.Instance, Crn)).Value.Team.Name);
    }

    [Theory]
    [InlineData("https://collector.evil.example")]
    [InlineData("https://cloud.ibm.com.evil.example")]
    [InlineData("https://evilcloud.ibm.com")]
    public void A_committed_file_may_not_name_a_foreign_host(string endpoint)
    {
        Failure failure = Resolve(true, (SettingName.Instance, Guid), (SettingName.Endpoint, endpoint), (SettingName.Team, "42")).Failure!;
        Assert.Equal(DiagnosticDescriptors.HostNotTrusted, failure.Descriptor);
        failure = Resolve(true, (SettingName.Instance, Crn), (SettingName.IamEndpoint, endpoint), (SettingName.Team, "42")).Failure!;
        Assert.Equal(DiagnosticDescriptors.HostNotTrusted, failure.Descriptor);
    }

    [Fact]
    public void The_users_own_word_makes_a_foreign_host_trusted()
    {
        (SettingName, string)[] given = [(SettingName.Instance, Guid), (SettingName.Endpoint, "https://gateway.example"), (SettingName.Team, "42")];
        Assert.Null(Resolve(false, given).Failure);
        _environment["SECTOKEN_TRUST_HOST"] = "other.example, gateway.example";
        Assert.Null(Resolve(true, given).Failure);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080", "127.0.0.1:8080")]
    [InlineData("https://[::1]:8443", "[::1]:8443")]
    public void A_loopback_address_in_a_committed_file_needs_the_users_word_too(string address, string authority)
    {
        foreach (SettingName server in (SettingName[])[SettingName.Endpoint, SettingName.IamEndpoint, SettingName.ResourceController])
        {
            (SettingName, string)[] given = [(SettingName.Instance, server == SettingName.Endpoint ? Guid : Crn), (server, address), (SettingName.Team, "42")];
            Failure failure = Resolve(true, given).Failure!;
            Assert.Equal(DiagnosticDescriptors.HostNotTrusted, failure.Descriptor);
            Assert.Contains("--trust-host " + authority, failure.NextStep, StringComparison.Ordinal);

            foreach (string variable in (string[])["SECTOKEN_TRUST_HOST", server.Variables[0]])
            {
                _environment[variable] = variable == "SECTOKEN_TRUST_HOST" ? authority : address;
                Assert.Null(Resolve(true, given).Failure);
                _environment.Remove(variable);
            }

            // The word for one port is none for another, and the word for one server is none for another.
            _environment["SECTOKEN_TRUST_HOST"] = authority + "0";
            _environment[server == SettingName.IamEndpoint ? "SECTOKEN_RESOURCE_CONTROLLER" : "SECTOKEN_IAM_ENDPOINT"] = address;
            Assert.Equal(DiagnosticDescriptors.HostNotTrusted, Resolve(true, given).Failure!.Descriptor);
            _environment.Clear();
        }
    }

    [Fact]
    public void A_missing_setting_names_all_the_ways_to_give_it()
    {
        Failure failure = Resolve(false, (SettingName.Instance, Crn)).Failure!;
        Assert.Equal(DiagnosticDescriptors.SettingMissing, failure.Descriptor);
        Assert.Contains("--team", failure.NextStep, StringComparison.Ordinal);
        Assert.Contains("SecureTokenTeam", failure.NextStep, StringComparison.Ordinal);
        Assert.Contains("SECTOKEN_TEAM", failure.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("pay\nments")]
    public void What_is_no_team_is_refused(string team) =>
        Assert.Equal(DiagnosticDescriptors.TeamInvalid, Resolve(false, (SettingName.Instance, Crn), (SettingName.Team, team)).Failure!.Descriptor);

    [Fact]
    public void Private_hosts_are_those_of_service_IAM_and_resource_controller()
    {
        TokenSettings settings = Resolve(false, (SettingName.Instance, Crn), (SettingName.Team, "42"), (SettingName.Private, "true")).Value;
        Assert.Equal("https://private.eu-de.security-compliance-secure.cloud.ibm.com", settings.Endpoint.ToString());
        Assert.Equal("https://private.iam.cloud.ibm.com", settings.IamEndpoint.ToString());
        Assert.Equal("https://private.resource-controller.cloud.ibm.com", settings.ResourceController!.ToString());
    }

    [Fact]
    public void Each_server_can_be_given_by_itself_beside_private_hosts()
    {
        TokenSettings settings = Resolve(
            false, (SettingName.Instance, Crn), (SettingName.Team, "42"), (SettingName.Private, "true"),
            (SettingName.IamEndpoint, "https://iam.cloud.ibm.com"), (SettingName.ResourceController, "https://resource-controller.cloud.ibm.com")).Value;
        Assert.Equal("https://private.eu-de.security-compliance-secure.cloud.ibm.com", settings.Endpoint.ToString());
        Assert.Equal("https://iam.cloud.ibm.com", settings.IamEndpoint.ToString());
        Assert.Equal("https://resource-controller.cloud.ibm.com", settings.ResourceController!.ToString());
    }

    [Theory]
    [InlineData("no", "SECTOK108")]
    [InlineData("1", "SECTOK108")]
    [InlineData("false", null)]
    public void Private_hosts_are_wanted_or_not(string text, string? code)
    {
        Result<TokenSettings> resolved = Resolve(false, (SettingName.Instance, Crn), (SettingName.Team, "42"), (SettingName.Private, text));
        Assert.Equal(code, resolved.Failure?.Code);
        Assert.True(code is not null || resolved.Value.IamEndpoint.ToString() == "https://iam.cloud.ibm.com");
    }

    [Fact]
    public void A_name_needs_no_region_and_takes_the_one_of_the_instance_that_is_found()
    {
        TokenSettings settings = Resolve(false, (SettingName.Instance, "wp prod"), (SettingName.Team, "42")).Value;
        Assert.Equal("wp prod", settings.Instance.Name);
        Assert.Equal("https://resource-controller.cloud.ibm.com", settings.ResourceController!.ToString());
        Assert.Equal("https://us-south.security-compliance-secure.cloud.ibm.com", ResolvedSettings.Of(settings, new Instance(Guid, "us-south")).Value.Endpoint.ToString());
        settings = Resolve(false, (SettingName.Instance, "wp prod"), (SettingName.Team, "42"), (SettingName.Private, "true")).Value;
        Assert.Equal("https://private.us-south.security-compliance-secure.cloud.ibm.com", ResolvedSettings.Of(settings, new Instance(Guid, "us-south")).Value.Endpoint.ToString());
        settings = Resolve(false, (SettingName.Instance, "wp prod"), (SettingName.Team, "42"), (SettingName.Endpoint, "https://gateway.cloud.ibm.com")).Value;
        Assert.Equal("https://gateway.cloud.ibm.com", ResolvedSettings.Of(settings, new Instance(Guid, "us-south")).Value.Endpoint.ToString());
    }

    [Theory]
    [InlineData("https://gateway.example", null)]
    [InlineData(null, "https://iam.example")]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080")]
    public void The_IAM_token_of_somebody_else_is_not_shown_to_IBM_Cloud(string? endpoint, string? iam)
    {
        List<(SettingName, string)> given = [(SettingName.Instance, Guid), (SettingName.Team, "42")];
        given.Add(endpoint is null ? (SettingName.Region, "eu-de") : (SettingName.Endpoint, endpoint));
        if (iam is not null)
        {
            given.Add((SettingName.IamEndpoint, iam));
        }

        Assert.Null(Resolve(false, [.. given]).Value.ResourceController);
    }

    [Fact]
    public void A_committed_file_may_not_name_a_foreign_resource_controller() => Assert.Equal(
        DiagnosticDescriptors.HostNotTrusted,
        Resolve(true, (SettingName.Instance, Crn), (SettingName.Team, "42"), (SettingName.ResourceController, "https://evil.example")).Failure!.Descriptor);
}
