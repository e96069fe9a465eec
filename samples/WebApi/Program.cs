using System.Globalization;
using Microsoft.Extensions.Primitives;
using WebApi;

// A web API that calls the service and lives through a reset of its token: see README.md.
WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Configuration.AddSecureToken();
builder.Services.AddHttpClient<SysdigClient>(http => http.BaseAddress = new Uri(builder.Configuration["SECTOKEN_ENDPOINT"]!))
    .AddSecureToken();
builder.Services.AddSecureTokenRefresh();
builder.Services.AddHealthChecks().AddSecureTokenHealthCheck();
builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning).AddFilter("Microsoft", LogLevel.Warning);

WebApplication app = builder.Build();
int refreshes = 0;
ChangeToken.OnChange(() => ((IConfiguration)app.Configuration).GetReloadToken(), () => Interlocked.Increment(ref refreshes));
app.MapHealthChecks("/health");
app.MapGet("/refreshes", () => refreshes);
app.MapGet("/me", async (SysdigClient client, CancellationToken cancellation) =>
{
    (int status, string? team) = await client.WhoAmIAsync(cancellation);
    return team is not null ? Results.Ok(new { team }) : Results.StatusCode(status == 401 ? 502 : status);
});

if (builder.Configuration["load"] is not { } seconds)
{
    await app.RunAsync();
    return 0;
}

// The program is its own load: as many callers as a small service has, while somebody resets the token.
app.Urls.Clear();
app.Urls.Add("http://127.0.0.1:0");
await app.StartAsync();
Console.WriteLine("Reset the token as often as you like.");
var time = TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture));
bool isWhole = await Load.RunAsync(app.Urls.Single(), callers: 8, time, Console.Out);
await app.StopAsync();
return isWhole ? 0 : 1;
