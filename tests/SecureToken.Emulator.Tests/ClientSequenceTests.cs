using System.Globalization;
using System.Text.Json;
using SecureToken.Emulator.Tests.Support;

namespace SecureToken.Emulator.Tests;

/// <summary>What clients of the field send, as data: each sequence of requests is answered as the client needs it.</summary>
public sealed class ClientSequenceTests : IdentitiesTest
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string ShortForm = "x-www-form-urlencoded";
    private const string Json = "application/json";

    /// <summary>Where the credential of a request comes from.</summary>
    private const string Iam = "Bearer {iam}";
    private const string Secure = "Bearer {token}";

    // {key} is an API key, {iam} the IAM token that the sequence got for it, {token} a Secure token, and {address} its user's address.
    private static readonly Dictionary<string, Step[]> Sequences = new(StringComparer.Ordinal)
    {
        // The Terraform provider for Sysdig with an IBM instance: it logs in with a media type of its own, and looks the team up by name.
        ["Terraform provider, IBM client, team by name"] =
        [
            new("POST", "/identity/token", null, ShortForm, "access_token", "expiration") { Body = "apikey={key}&{grant}" },
            new("GET", "/api/v2/teams/light/name/payments", Iam, Json, "team.id") { Instance = true, Product = true },
            new("GET", "/api/users/me", Iam, Json, "user.id", "user.currentTeam", "user.customer.id")
            {
                Instance = true,
                Product = true,
                Team = "42",
            },
            new("GET", "/api/teams/42", Iam, Json, "team.id", "team.version", "team.userRoles.0.userId", "team.userRoles.0.role")
            {
                Instance = true,
                Product = true,
                Team = "42",
            },
            new("GET", "/platform/v1/access-keys/1", Iam, Json, "id", "accessKey", "enabled")
            {
                Instance = true,
                Product = true,
                Team = "42",
            },
        ],
        ["Terraform provider, IBM client, default team"] =
        [
            new("POST", "/identity/token", null, ShortForm, "access_token", "expiration") { Body = "apikey={key}&{grant}" },
            new("GET", "/api/users/me", Iam, Json, "user.currentTeam") { Instance = true, Product = true },
            new("GET", "/api/v2/teams/light", Iam, Json, "teams.0.id", "teams.0.name") { Instance = true, Product = true, Team = "30785" },
        ],
        ["Terraform provider, Sysdig client with a Secure token"] =
        [
            new("GET", "/api/users/me", Secure, Json, "user.currentTeam"),
            new("GET", "/api/users", Secure, Json, "users.0.id", "users.0.username"),
            new("GET", "/api/users/me/permissions", Secure, Json, "permissions.0"),
        ],

        // sdcclient with IBM's authentication, and with a Secure token: the same calls.
        ["sdcclient, IBM authentication"] =
        [
            new("POST", "/identity/token", null, Form, "access_token") { Body = "{grant}&response_type=cloud_iam&apikey={key}" },
            new("GET", "/api/user/me", Iam, Json, "user.id", "user.username") { Instance = true },
            new("GET", "/api/token", Iam, Json, "token.key") { Instance = true },
            new("GET", "/api/customer/accessKeys", Iam, Json, "customerAccessKeys.0.accessKey") { Instance = true },
        ],
        ["sdcclient, Secure token"] =
        [
            new("GET", "/api/user/me", Secure, Json, "user.id"),
            new("GET", "/api/token", Secure, Json, "token.key"),
            new("GET", "/api/teams", Secure, Json, "teams.0.id", "teams.0.name", "teams.0.userRoles.0.userId", "teams.0.version"),
            new("GET", "/api/users", Secure, Json, "users.0.id", "users.0.username", "users.0.version", "users.0.systemRole"),
            new("GET", "/api/token/{address}/42", Secure, Json, "token.key"),
            new("GET", "/api/customer/accessKeys", Secure, Json, "customerAccessKeys.0.enabled") { Instance = true },
        ],

        // sysdig-go reads the teams under the singular, and sends the team in the header without the vendor's name.
        ["sysdig-go, IBM authentication"] =
        [
            new("POST", "/identity/token", null, Form, "access_token", "token_type")
            {
                Body = "apikey={key}&{grant}&response_type=cloud_iam",
                Accept = Json,
            },
            new("GET", "/api/user/me", Iam, null, "user.currentTeam", "user.teamRoles.0.teamId") { Instance = true, PlainTeam = "42" },
            new("GET", "/api/token", Iam, null, "token.key") { Instance = true, PlainTeam = "42" },
            new("GET", "/api/team?product=SDS", Iam, null, "teams.0.id", "teams.0.userCount") { Instance = true, PlainTeam = "42" },
            new("GET", "/api/team?product=", Iam, null, "teams.2.id") { Instance = true, PlainTeam = "42" },
            new("GET", "/api/team/42", Iam, null, "team.id") { Instance = true, PlainTeam = "42" },
            new("GET", "/api/team/42/users", Iam, null, "users.0.id", "total", "offset") { Instance = true, PlainTeam = "42" },
        ],

        // Scripts on Code Engine and in IBM's documentation.
        ["scripts with an IAM token"] =
        [
            new("POST", "/identity/token", null, Form, "access_token") { Body = "{grant}&apikey={key}" },
            new("GET", "/platform/v1/access-keys", Iam, Json, "data.0.accessKey") { Instance = true },
            new("GET", "/platform/v1/teams?offset=0&limit=2", Iam, Json, "data.1.id", "data.1.isDefaultTeam", "data.1.product", "page.matched")
            {
                Instance = true,
            },
            new("GET", "/api/token", Iam, null, "token.key") { Instance = true, Accept = Json },
        ],
    };

    public static TheoryData<string> Clients => [.. Sequences.Keys];

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task The_requests_of_a_client_are_answered(string client)
    {
        var iam = string.Empty;
        foreach (var step in Sequences[client])
        {
            string Fill(string text) => text
                .Replace("{iam}", iam, StringComparison.Ordinal)
                .Replace("{token}", Server.TokenOf(Billing, Bob), StringComparison.Ordinal)
                .Replace("{grant}", "grant_type=" + Uri.EscapeDataString(Client.ApiKeyGrant), StringComparison.Ordinal)
                .Replace("{key}", Known(Alice).ApiKey, StringComparison.Ordinal)
                .Replace("{address}", "bob@example.com", StringComparison.Ordinal);

            var answer = await SendAsync(step, Fill);

            Assert.True(answer.Status == 200, $"{step.Method} {step.Path}: {answer.Status} {answer.Body}");
            Assert.All(step.Members, path => Assert.NotEqual(JsonValueKind.Undefined, Find(answer.Json, path).ValueKind));
            iam = answer.Json.TryGetProperty("access_token", out var issued) ? issued.GetString()! : iam;
        }
    }

    [Fact]
    public async Task The_token_of_somebody_else_is_found_by_user_and_team()
    {
        var answer = await Client.GetAsync("/api/token/BOB@example.com/42", Client.Bearer(Server.TokenOf(Billing, Alice)));
        var service = await Client.GetAsync($"/api/token/{Known(Robot).IamId}/42", Client.Bearer(Server.TokenOf(Billing, Alice)));

        Assert.Equal(Server.TokenOf(Payments, Bob), answer.Json.GetProperty("token").GetProperty("key").GetString());
        Assert.Equal(Server.TokenOf(Payments, Robot), service.Json.GetProperty("token").GetProperty("key").GetString());
        Assert.Equal(404, (await Client.GetAsync("/api/token/nobody/42", Client.Bearer(Server.TokenOf(Billing, Alice)))).Status);
        Assert.Equal(404, (await Client.GetAsync("/api/token/bob@example.com/7", Client.Bearer(Server.TokenOf(Billing, Alice)))).Status);
        Assert.Equal(401, (await Client.GetAsync("/api/token/bob@example.com/42")).Status);
        Server.IamOnly = true;
        Assert.Equal(403, (await AskAsync(Alice, "/api/token/bob@example.com/42")).Status);
    }

    [Fact]
    public async Task The_platform_lists_teams_page_by_page()
    {
        var first = await AskAsync(Alice, "/platform/v1/teams?limit=2");
        var last = await AskAsync(Alice, "/platform/v1/teams?offset=2&limit=2");

        Assert.Equal("""{"offset":0,"returned":2,"matched":3}""", first.Json.GetProperty("page").GetRawText());
        Assert.Equal([SecureOperations], last.Json.GetProperty("data").EnumerateArray().Select(team => team.GetProperty("id").GetInt32()));
        Assert.True(last.Json.GetProperty("data")[0].GetProperty("isDefaultTeam").GetBoolean());
        Assert.Equal(400, (await AskAsync(Alice, "/platform/v1/teams?limit=many")).Status);
    }

    [Theory]
    [InlineData("/api/users")]
    [InlineData("/api/users/me/permissions")]
    [InlineData("/api/customer/accessKeys")]
    [InlineData("/api/team")]
    [InlineData("/api/team/42/users")]
    [InlineData("/platform/v1/teams")]
    [InlineData("/platform/v1/access-keys")]
    [InlineData("/platform/v1/access-keys/1")]
    public async Task Nobody_unknown_is_answered(string path)
    {
        Assert.Equal(401, (await Client.GetAsync(path, Client.Instance(Server))).Status);
    }

    [Theory]
    [InlineData("/api/team/7/users")]
    [InlineData("/platform/v1/access-keys/9")]
    public async Task What_is_not_there_is_404(string path)
    {
        Assert.Equal(404, (await AskAsync(Alice, path)).Status);
    }

    private async Task<Answer> SendAsync(Step step, Func<string, string> fill)
    {
        List<(string, string)> headers = [("User-Agent", "client/1")];
        Add("Authorization", step.Authorization is null ? null : fill(step.Authorization));
        Add("IBMInstanceID", step.Instance ? Server.InstanceId : null);
        Add("SysdigTeamID", step.Team);
        Add("TeamID", step.PlainTeam);
        Add("SysdigProduct", step.Product ? "SDS" : null);
        Add("X-Sysdig-Product", step.Product ? "SDS" : null);
        Add("Sysdig-Provider", step.Product ? "Terraform" : null);
        Add("Accept", step.Accept);

        // A client that sends a media type with GET does so although there is no body.
        using var content = step.ContentType is null ? null : new StringContent(fill(step.Body));
        content?.Headers.Remove("Content-Type");
        content?.Headers.TryAddWithoutValidation("Content-Type", step.ContentType);
        return await Client.SendAsync(HttpMethod.Parse(step.Method), fill(step.Path), content, [.. headers]);

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                headers.Add((name, value));
            }
        }
    }

    private static JsonElement Find(JsonElement at, string path)
    {
        foreach (var name in path.Split('.'))
        {
            at = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? at[index] : at.GetProperty(name);
        }

        return at;
    }

    /// <summary>One request, and the members that the client reads in the answer.</summary>
    private sealed record Step(string Method, string Path, string? Authorization, string? ContentType, params string[] Members)
    {
        public string Body { get; init; } = string.Empty;

        public bool Instance { get; init; }

        /// <summary>Whether the headers of the product are sent.</summary>
        public bool Product { get; init; }

        public string? Team { get; init; }

        public string? PlainTeam { get; init; }

        public string? Accept { get; init; }
    }
}
