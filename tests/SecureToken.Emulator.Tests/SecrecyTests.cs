using System.Text.Json;
using SecureToken.Emulator.Tests.Support;

namespace SecureToken.Emulator.Tests;

public sealed class SecrecyTests : EmulatorTest
{
    [Fact]
    public async Task No_secret_is_in_the_log_or_an_admin_answer_even_when_a_client_misplaces_one()
    {
        var iamToken = await Client.IamTokenAsync(Server);
        var old = Server.TokenOf(Payments);
        string[] secrets = [Server.ApiKey, iamToken, old, Server.ResetToken(Payments), Server.TokenOf(Billing), Server.Decoys[0]];

        foreach (var secret in secrets)
        {
            await Client.GetAsync(
                "/api/" + secret + "?key=" + secret,
                Client.Bearer(secret),
                ("SysdigTeamID", secret),
                ("TeamID", secret + ", 42"),
                ("IBMInstanceID", secret),
                ("User-Agent", "probe/" + secret));
        }

        string[] shown =
        [
            JsonSerializer.Serialize(Server.Requests),
            (await Client.GetAsync("/emulator/requests")).Body,
            (await Client.GetAsync("/emulator/counts")).Body,
            (await Client.PostAsync("/emulator/reset/42")).Body,
            (await Client.PostAsync("/emulator/fail?status=500&path=/never")).Body,
            (await Client.PostAsync("/emulator/settings")).Body,
            (await Client.GetAsync("/")).Body,
            (await Client.GetAsync("/emulator/page/profile")).Body,
            (await Client.GetAsync("/emulator/page/token/42")).Body,
        ];
        Assert.Equal(secrets.Length + 1, Server.Requests.Count - 1);
        foreach (var secret in secrets.Append(Server.TokenOf(Payments)))
        {
            Assert.All(shown, text => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task A_token_in_capitals_is_masked_too()
    {
        await Client.GetAsync("/api/" + Server.TokenOf(Payments).ToUpperInvariant());

        Assert.Equal("/api/[secret]", Server.Requests[0].Path);
    }
}
