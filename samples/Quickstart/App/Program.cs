using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

// At a desk the token comes from user-secrets, in production from the environment; the key is the same.
bool isProduction = Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") == "Production";
var builder = new ConfigurationBuilder();
if (!isProduction)
{
    builder.AddUserSecrets(typeof(Program).Assembly);
}

IConfiguration configuration = builder.AddEnvironmentVariables().Build();
string? token = configuration["Sysdig:SecureApiToken"];
if (string.IsNullOrEmpty(token))
{
    Console.Error.WriteLine("app: no token at Sysdig:SecureApiToken");
    return 2;
}

using var client = new HttpClient { BaseAddress = new Uri(configuration["SECTOKEN_ENDPOINT"]!) };
client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
using HttpResponseMessage response = await client.GetAsync("/api/users/me");
if (!response.IsSuccessStatusCode)
{
    Console.WriteLine($"app: GET /api/users/me -> {(int)response.StatusCode}");
    return 1;
}

using JsonDocument me = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
Console.WriteLine($"app: GET /api/users/me -> 200, team {me.RootElement.GetProperty("user").GetProperty("currentTeam")}");
return 0;
