using LocalRun;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// A worker that keeps calling the API and lives through a reset of its token: see README.md.
var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
{
    Args = args,

    // The host watches this directory and all below it for an appsettings.json that changes; the current one may be a whole repository.
    ContentRootPath = AppContext.BaseDirectory,
});

UserSecretsDirectory.Ensure(typeof(Program).Assembly);
builder.Configuration.AddUserSecrets(typeof(Program).Assembly, optional: true, reloadOnChange: true);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddHostedService<Worker>();
await builder.Build().RunAsync();
