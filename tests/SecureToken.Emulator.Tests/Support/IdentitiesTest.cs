using System.Buffers.Text;
using System.Text.Json;

namespace SecureToken.Emulator.Tests.Support;

/// <summary>An emulator with two users, a service ID and a trusted profile beside the default one.</summary>
public abstract class IdentitiesTest : EmulatorTest
{
    protected const string Alice = "Alice Adams";
    protected const string Bob = "bob";
    protected const string Robot = "robot";
    protected const string Deploy = "deploy";

    protected override EmulatorOptions Options => base.Options with
    {
        Identities =
        [
            new(Alice), new(Bob), new(Robot, EmulatorIdentityKind.ServiceId), new(Deploy, EmulatorIdentityKind.TrustedProfile),
        ],
    };

    internal EmulatorIdentity Known(string name) => Server.Identities.Single(identity => identity.Name == name);

    /// <summary>An IAM token of an identity: for its API key, or for a profile, for the token of the compute resource.</summary>
    internal async Task<string> IamTokenAsync(string name)
    {
        var answer = Known(name) is { ApiKey: { } key }
            ? await Client.ExchangeAsync(key)
            : await Client.PostFormAsync(
                ("grant_type", "urn:ibm:params:oauth:grant-type:cr-token"),
                ("cr_token", Server.ComputeResourceToken),
                ("profile_name", name));
        Assert.Equal(200, answer.Status);
        return answer.Json.GetProperty("access_token").GetString()!;
    }

    internal async Task<Answer> AskAsync(string name, string path, params (string Name, string Value)[] headers) =>
        await Client.GetAsync(path, [Client.Bearer(await IamTokenAsync(name)), Client.Instance(Server), .. headers]);

    internal async Task<string> TokenAsync(string name, int team)
    {
        var answer = await AskAsync(name, "/api/token", ("SysdigTeamID", $"{team}"));
        Assert.Equal(200, answer.Status);
        return answer.Json.GetProperty("token").GetProperty("key").GetString()!;
    }

    protected static JsonElement ClaimsOf(string iamToken) => JsonElement.Parse(Base64Url.DecodeFromChars(iamToken.Split('.')[1]));
}
