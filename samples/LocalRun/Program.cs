using LocalRun;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.UserSecrets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// A worker that keeps calling the API and lives through resets of its token: see README.md.
var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
{
    Args = args,

    // The host watches this directory and all below it for an appsettings.json that changes; the current one may be a whole repository.
    ContentRootPath = AppContext.BaseDirectory,
});

if (!Uri.TryCreate(builder.Configuration["SECTOKEN_ENDPOINT"], UriKind.Absolute, out Uri? endpoint))
{
    await Console.Error.WriteLineAsync("LocalRun: set SECTOKEN_ENDPOINT to the address of the service (see README.md)");
    return 10;
}

bool isCopy = builder.Configuration.GetValue("copy", defaultValue: false);
builder.Configuration.AddSecureToken(options =>
{
    // The copy on this machine that 'dotnet sectoken' keeps current, instead of the service.
    options.File = isCopy ? PathHelper.GetSecretsPathFromSecretsId("sectoken-localrun") : null;

    // The first request asks again.
    options.Optional = true;
});
builder.Services.AddHttpClient("sysdig", http => http.BaseAddress = endpoint).AddSecureToken();
builder.Services.AddHostedService<Worker>();
builder.Services.AddSingleton(TimeProvider.System);
builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("SecureToken.Extensions", LogLevel.None);
await builder.Build().RunAsync();
return Environment.ExitCode;
