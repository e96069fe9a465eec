using System.Text;
using System.Text.Json;
using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Commands;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Settings;
using SecureToken.Core.Tests.Processes;
using Xunit;

namespace SecureToken.Core.Tests.Destinations.Commands;

/// <summary>The vendors' clients, each replaced by a stand-in that records what it is given.</summary>
[Trait("System", "Unix")]
public sealed class CommandPresetTests : IDisposable
{
    private const string SecretId = "0b5571f7-21e6-42b7-91c5-3f5ac9793a46";
    private readonly Programs _programs = new();

    public void Dispose() => _programs.Dispose();

    public static TheoryData<string, string, string, string> Lines => new()
    {
        { "gh", "name=TOKEN", "secret set TOKEN", "{0}" },
        { "gh", "name=TOKEN repo=o/r env=prod app=actions", "secret set TOKEN --repo o/r --env prod --app actions", "{0}" },
        { "gh", "name=TOKEN org=o", "secret set TOKEN --org o", "{0}" },
        { "vault", "path=apps/api", "kv put -mount=secret apps/api token=-", "{0}" },
        { "vault", "path=apps/api mount=kv key=sysdig", "kv put -mount=kv apps/api sysdig=-", "{0}" },
        { "az-keyvault", "vault=v name=n", "keyvault secret set --vault-name v --name n --file /dev/stdin --encoding utf-8 --output none", "{0}" },
        { "ibmcloud-code-engine", "name=s", "ce secret update --name s --from-file SYSDIG_SECURE_API_TOKEN=/dev/stdin", "{0}" },
        { "ibmcloud-code-engine", "name=s key=T", "ce secret update --name s --from-file T=/dev/stdin", "{0}" },
        { "ibmcloud-secrets-manager", $"secretId={SecretId}", $"secrets-manager secret-version-create --secret-id={SecretId} --secret-version-prototype=@/dev/stdin", "{{\"payload\":\"{0}\"}}\n" },
        {
            "ibmcloud-secrets-manager", $"secretId={SecretId} serviceUrl=https://x.eu-de.secrets-manager.appdomain.cloud",
            $"secrets-manager secret-version-create --service-url https://x.eu-de.secrets-manager.appdomain.cloud --secret-id={SecretId} --secret-version-prototype=@/dev/stdin",
            "{{\"payload\":\"{0}\"}}\n"
        },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void The_client_gets_its_documented_command_line_and_the_token_on_standard_input_only(string preset, string parameters, string line, string input)
    {
        Recorder recorder = Recorder.Add(_programs, preset.Split('-')[0]);
        Destination destination = Make(preset, parameters).Value;
        Assert.Null(destination.Check());
        Assert.True(Inject(destination).Value);
        Recording call = Assert.Single(recorder.Calls);
        Assert.Equal(line.Split(' '), call.Arguments);
        Assert.Equal(string.Format(System.Globalization.CultureInfo.InvariantCulture, input, CurrentToken.Value), call.Input);
        call.AssertTokenOnlyOnInput();
        Assert.DoesNotContain("makes of it", destination.Explain().Readers, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("secret=sysdig namespace=prod key=api-token context=eu", "--context eu --namespace prod ", "api-token", "prod")]
    [InlineData("secret=sysdig", "", "token", null)]
    public void Kubectl_applies_one_key_of_a_Secret_that_stands_on_standard_input(string parameters, string options, string key, string? space)
    {
        Recorder recorder = Recorder.Add(_programs, "kubectl");
        Destination destination = Make("kubectl", parameters, "Bearer {token}").Value;
        Assert.True(Inject(destination).Value);
        Recording call = Assert.Single(recorder.Calls);
        Assert.Equal($"{options}apply --server-side --force-conflicts --field-manager=sectoken-{key} --filename -".Split(' '), call.Arguments);
        call.AssertTokenOnlyOnInput();

        JsonElement manifest = JsonDocument.Parse(call.Input).RootElement;
        Assert.Equal(["apiVersion", "kind", "metadata", "data"], manifest.EnumerateObject().Select(member => member.Name));
        Assert.Equal("v1", manifest.GetProperty("apiVersion").GetString());
        Assert.Equal("Secret", manifest.GetProperty("kind").GetString());
        JsonElement metadata = manifest.GetProperty("metadata");
        Assert.Equal("sysdig", metadata.GetProperty("name").GetString());
        Assert.Equal(space, metadata.TryGetProperty("namespace", out JsonElement found) ? found.GetString() : null);
        Assert.Equal(CurrentToken.Fingerprint, metadata.GetProperty("annotations").GetProperty("sectoken.build/fingerprint." + key).GetString());
        JsonProperty data = Assert.Single(manifest.GetProperty("data").EnumerateObject());
        Assert.Equal(key, data.Name);
        Assert.Equal("Bearer " + CurrentToken.Value, Encoding.ASCII.GetString(data.Value.GetBytesFromBase64()));
    }

    [Fact]
    public void A_swarm_gets_a_secret_of_a_new_name_for_each_token_and_none_when_it_has_it()
    {
        // The stand-in says what the client says: inspect fails until the secret was created.
        Recorder recorder = Recorder.Add(_programs, "docker", $"""case $2 in inspect) echo looking; test -e "{_programs.Work}/made-$5";; create) touch "{_programs.Work}/made-$3";; esac""");
        Destination destination = Make("docker-swarm", "name=sysdig-token").Value;
        Assert.True(Inject(destination).Value);
        Assert.False(Inject(destination).Value);
        Assert.True(Inject(destination, "another-token-of-the-team").Value);

        string name = "sysdig-token-" + CurrentToken.Fingerprint;
        Assert.Equal(["inspect", "create", "inspect", "inspect", "create"], recorder.Calls.Select(call => call.Arguments[1]));
        Assert.Equal(["secret", "inspect", "--format", "{{.ID}}", name], recorder.Calls[0].Arguments);
        Assert.Empty(recorder.Calls[0].Input);
        Assert.Equal(["secret", "create", name, "-"], recorder.Calls[1].Arguments);
        recorder.Calls[1].AssertTokenOnlyOnInput();
        Assert.NotEqual(name, recorder.Calls[4].Arguments[2]);
        Assert.Empty(_programs.Said);
    }

    [Theory]
    [InlineData("gh", "", "SECTOK101")]
    [InlineData("gh", "name=T project=x", "SECTOK109")]
    [InlineData("ghh", "name=T", "SECTOK109")]
    [InlineData("gh", "name=--body", "SECTOK108")]
    [InlineData("gh", "name=", "SECTOK108")]
    [InlineData("kubectl", "secret=a\",\"x", "SECTOK108")]
    [InlineData("kubectl", "secret=a\u0009b", "SECTOK108")]
    [InlineData("vault", "path=a key=b=c", "SECTOK108")]
    public void What_a_preset_is_told_is_checked(string preset, string parameters, string code) => Assert.Equal(code, Make(preset, parameters).Failure?.Code);

    [Fact]
    public void Every_preset_says_what_it_needs()
    {
        Assert.Equal(["gh", "kubectl", "vault", "az-keyvault", "ibmcloud-code-engine", "ibmcloud-secrets-manager", "docker-swarm"], CommandPresets.All.Select(preset => preset.Name));
        foreach (CommandPreset preset in CommandPresets.All)
        {
            Failure missing = CommandPresets.Make(preset.Name, new Dictionary<string, string>(), Settings(ValueTemplate.TokenAlone)).Failure!;
            Assert.Equal("SECTOK101", missing.Code);
            Assert.Contains(preset.Parameters.First(parameter => parameter.IsRequired).Name, missing.Message, StringComparison.Ordinal);
        }
    }

    private Result<Destination> Make(string preset, string parameters, string template = "{token}") => CommandPresets.Make(
        preset,
        parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]),
        Settings(ValueTemplate.Parse(template).Value));

    private CommandSettings Settings(ValueTemplate template) =>
        new() { BaseDirectory = _programs.Work, Variables = _programs.Variable, Template = template, Say = _programs.Said.Add };

    private static Result<bool> Inject(Destination destination, string token = CurrentToken.Value)
    {
        using FetchedToken currentToken = CurrentToken.Create(token);
        return destination.Inject(currentToken, TestContext.Current.CancellationToken);
    }
}
