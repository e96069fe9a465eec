using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SecureToken.Emulator.Admin;
using SecureToken.Emulator.Iam;
using SecureToken.Emulator.Middleware;
using SecureToken.Emulator.Resources;
using SecureToken.Emulator.Service;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Hosting;

/// <summary>Puts the server together.</summary>
internal static class RequestPipeline
{
    private const int MostBodyBytes = 64 * 1024;

    public static WebApplication Build(EmulatorState state, int port, CertificateAuthority? authority)
    {
        // Empty: no appsettings.json of whatever directory this is started in, no ASPNETCORE_ variables, no logging.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(RequestPipeline).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostBodyBytes;
            kestrel.Listen(IPAddress.Loopback, port, listener =>
            {
                listener.Protocols = HttpProtocols.Http1;
                if (authority is not null)
                {
                    listener.UseHttps(authority.Server);
                }
            });
        });
        builder.Services.AddRoutingCore();

        // The default lifetime takes over Ctrl+C, which belongs to the process this is hosted in.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));

        var app = builder.Build();
        app.Use(next => new RequestLogMiddleware(state, next).InvokeAsync);
        app.Use(next => new LoopbackOnlyMiddleware(next).InvokeAsync);
        app.Use(next => new FaultInjectionMiddleware(state, next, app.Lifetime.ApplicationStopping).InvokeAsync);
        app.Use(next => new FixedAnswerMiddleware(state, next).InvokeAsync);
        app.UseRouting();
        app.Use(next => new ExactPathMiddleware(state, next).InvokeAsync);
        new IamRoutes(state).Map(app);
        new MetadataRoutes(state).Map(app);
        new ResourceRoutes(state).Map(app);
        new TokenRoutes(state).Map(app);
        new ResetRoutes(state).Map(app);
        new UserRoutes(state).Map(app);
        new TeamRoutes(state).Map(app);
        new AccessKeyRoutes(state).Map(app);
        new AdminRoutes(state).Map(app);
        new SessionRoutes(state).Map(app);
        new SettingsPage(state).Map(app);
        app.MapFallback("{**path}", context => ServiceErrors.NotFoundAsync(context, state.Clock));
        return app;
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
