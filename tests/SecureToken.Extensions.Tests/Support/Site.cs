using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SecureToken.Emulator;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Extensions.Tests.Support;

/// <summary>An emulator, and programs that follow a token of it.</summary>
internal sealed class Site : IAsyncDisposable
{
    public const int Team = 42;
    public const string TeamName = "payments";
    public const string TokenPath = "/api/token";
    public const string Resource = "/api/users/me";

    private readonly List<IAsyncDisposable> _programs = [];

    private Site(EmulatorServer emulator) => Emulator = emulator;

    public EmulatorServer Emulator { get; }

    public TemporaryDirectory Directory { get; } = new("extensions");

    /// <summary>What was logged, with everything that a formatter would print of it.</summary>
    public ConcurrentQueue<string> Logged { get; } = new();

    public string Token => Emulator.TokenOf(Team);

    /// <summary>How often the service was asked for a token.</summary>
    public int Fetches => Emulator.Count("GET", TokenPath);

    public static async Task<Site> StartAsync(EmulatorOptions? options = null) =>
        new(await EmulatorServer.StartAsync((options ?? new EmulatorOptions()) with { Teams = [new EmulatorTeam(TeamName, Team), new EmulatorTeam("other", 7)] }));

    /// <summary>Options that name the emulator.</summary>
    public void Configure(SecureTokenOptions options)
    {
        options.Endpoint = Emulator.BaseUrl.ToString();
        options.IamEndpoint = Emulator.BaseUrl.ToString();
        options.Instance = Emulator.InstanceId;
        options.Team = TeamName;
        options.Environment = name => name == "SECTOKEN_API_KEY" ? Emulator.ApiKey : null;
    }

    /// <summary>A program with a configuration and the HTTP client "api".</summary>
    /// <param name="configure">Changes the options; they name the emulator already.</param>
    /// <param name="services">Adds services.</param>
    /// <param name="handler">The network of the client; the real one unless it is given.</param>
    public IHost Program(Action<SecureTokenOptions>? configure = null, Action<IServiceCollection>? services = null, Func<HttpMessageHandler>? handler = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = Directory.Path });
        builder.Logging.AddProvider(new Recorder(Logged)).SetMinimumLevel(LogLevel.Trace);
        builder.Configuration.AddSecureToken(options =>
        {
            Configure(options);
            configure?.Invoke(options);
        });
        IHttpClientBuilder client = builder.Services.AddHttpClient("api", http => http.BaseAddress = Emulator.BaseUrl).AddSecureToken();
        if (handler is not null)
        {
            client.ConfigurePrimaryHttpMessageHandler(handler);
        }

        services?.Invoke(builder.Services);
        IHost host = builder.Build();
        _programs.Add((IAsyncDisposable)host);
        return host;
    }

    public static HttpClient ClientOf(IHost program) => program.Services.GetRequiredService<IHttpClientFactory>().CreateClient("api");

    public static string? TokenIn(IHost program) => program.Services.GetRequiredService<IConfiguration>()[SecureTokenOptions.DefaultKey];

    public static async Task<HttpStatusCode> CallAsync(HttpClient client, string address = Resource)
    {
        using HttpResponseMessage response = await client.GetAsync(address, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable program in _programs)
        {
            await program.DisposeAsync();
        }

        await Emulator.DisposeAsync();
        Directory.Dispose();
    }

    private sealed class Recorder(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            lines.Enqueue(state.ToString() ?? string.Empty);
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");
            if (state is IEnumerable<KeyValuePair<string, object?>> members)
            {
                lines.Enqueue(string.Join(' ', members.Select(member => $"{member.Key}={member.Value}")));
            }
        }

        public void Dispose()
        {
        }
    }
}
