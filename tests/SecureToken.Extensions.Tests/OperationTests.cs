using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using SecureToken.Emulator;
using SecureToken.Extensions.Hosting;
using SecureToken.Extensions.Tests.Support;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Extensions.Tests;

/// <summary>What those who operate a program see: polls, health, metrics, traces and logs.</summary>
[Collection("telemetry")]
public sealed class OperationTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hosted_refresh_notices_a_reset_without_a_request()
    {
        await using Site site = await Site.StartAsync();
        using IHost program = site.Program(services: services => services.AddSecureTokenRefresh().AddSingleton(new RefreshInterval(TimeSpan.FromMilliseconds(50))));
        await program.StartAsync(Ct);
        string fresh = site.Emulator.ResetToken(Site.Team);
        await Wait.UntilAsync("the configuration has the new token", () => Site.TokenIn(program) == fresh);

        // A service that fails is asked less often, and the refresh lives on.
        site.Emulator.FailNext(3, 400, Site.TokenPath);
        fresh = site.Emulator.ResetToken(Site.Team);
        await Wait.UntilAsync("the configuration has the newest token", () => Site.TokenIn(program) == fresh);
        await program.StopAsync(Ct);
    }

    [Fact]
    public void An_interval_that_burdens_the_service_is_refused()
    {
        var services = new ServiceCollection();
        Assert.Throws<ArgumentOutOfRangeException>(() => services.AddSecureTokenRefresh(TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => services.AddSecureTokenRefresh(TimeSpan.FromDays(2)));
    }

    [Fact]
    public async Task Health_follows_the_token()
    {
        await using Site site = await Site.StartAsync();
        bool isRejecting = false;
        using var network = new Network((_, _) => Task.FromResult(new HttpResponseMessage(isRejecting ? HttpStatusCode.Unauthorized : HttpStatusCode.OK)));
        var clock = new ManualClock();
        using IHost program = site.Program(
            options => options.Clock = clock, services => services.AddHealthChecks().AddSecureTokenHealthCheck(), () => network);
        HealthCheckService health = program.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(Ct)).Status);

        isRejecting = true;
        await Site.CallAsync(Site.ClientOf(program));
        HealthReport rejected = await health.CheckHealthAsync(Ct);
        Assert.Equal(HealthStatus.Unhealthy, rejected.Status);
        Assert.Equal("SECTOK640", rejected.Entries["secure-token"].Data["code"]);

        isRejecting = false;
        site.Emulator.ResetToken(Site.Team);
        ((IConfigurationRoot)program.Services.GetRequiredService<IConfiguration>()).Reload();
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(Ct)).Status);

        site.Emulator.SetAnswer(new EmulatorAnswer(Site.TokenPath, "403"));
        ((IConfigurationRoot)program.Services.GetRequiredService<IConfiguration>()).Reload();
        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync(Ct)).Status);
    }

    [Fact]
    public async Task Refreshes_and_healed_rejections_are_counted_and_traced()
    {
        await using Site site = await Site.StartAsync();
        using var seen = new Telemetry("Counted:Token");
        using IHost program = site.Program(services: services => services
            .AddSecureToken(options =>
            {
                site.Configure(options);
                options.Key = "Counted:Token";
            })
            .AddHttpClient("counted", http => http.BaseAddress = site.Emulator.BaseUrl).AddSecureToken("Counted:Token"));
        HttpClient client = program.Services.GetRequiredService<IHttpClientFactory>().CreateClient("counted");
        await Site.CallAsync(client);
        site.Emulator.ResetToken(Site.Team);
        await Site.CallAsync(client);
        seen.Observe();
        Assert.Equal(
            [
                "sectoken.refreshes first-use changed = 1",
                "sectoken.refreshes rejected changed = 1",
                "sectoken.rejections.healed = 1",
            ],
            seen.Counts);
        Assert.Equal(["first-use", "rejected"], seen.Traces);
        Assert.InRange(Assert.Single(seen.Ages), 0, 60);
    }

    [Fact]
    public async Task No_token_is_in_logs_metrics_traces_health_or_exceptions()
    {
        await using Site site = await Site.StartAsync();
        using var seen = new Telemetry(SecureTokenOptions.DefaultKey);
        List<Canary> canaries = [new("first token", site.Token), new("API key", site.Emulator.ApiKey)];
        var texts = new List<string>();
        using IHost program = site.Program(services: services => services.AddHealthChecks().AddSecureTokenHealthCheck());
        HttpClient client = Site.ClientOf(program);
        HealthCheckService health = program.Services.GetRequiredService<HealthCheckService>();
        for (int reset = 0; reset < 3; reset++)
        {
            canaries.Add(new Canary($"token {reset}", site.Emulator.ResetToken(Site.Team)));
            using HttpResponseMessage response = await client.GetAsync(Site.Resource, Ct);

            // What logs the request that a response belongs to finds no token there.
            texts.Add($"{response} {response.RequestMessage}");
            texts.AddRange((await health.CheckHealthAsync(Ct)).Entries.Values.Select(entry => $"{entry.Description} {string.Join(' ', entry.Data)}"));
        }

        foreach (EmulatorAnswer answer in (EmulatorAnswer[])[new(Site.TokenPath, "403"), new(Site.TokenPath, "html"), new(Site.Resource, "500", "token")])
        {
            site.Emulator.SetAnswer(answer);
            texts.Add(Assert.Throws<SecureTokenException>(() => site.Program(options => options.RefreshTimeout = TimeSpan.FromSeconds(2))).ToString());
            site.Emulator.ClearAnswer(answer.Path, answer.Credential);
        }

        site.Emulator.TeamHeader = HonouredTeamHeader.None;
        texts.Add(Assert.Throws<SecureTokenException>(() => site.Program()).ToString());
        canaries.Add(new Canary("token of the default team", site.Emulator.TokenOf(site.Emulator.Teams.Single(team => team.IsDefault).Name)));
        texts.AddRange(site.Logged);
        texts.AddRange(seen.Everything);
        texts.Add(string.Join(' ', ((IConfigurationRoot)program.Services.GetRequiredService<IConfiguration>()).Providers));
        Assert.NotEmpty(seen.Everything);
        Assert.Contains(texts, text => text.Contains("is in use", StringComparison.Ordinal));
        Assert.Empty(canaries.SelectMany(canary => canary.FindIn(string.Join('\n', texts), "what can be seen")));
    }

    /// <summary>What a collector of metrics and traces would have for one key.</summary>
    private sealed class Telemetry : IDisposable
    {
        private readonly MeterListener _meters = new();
        private readonly ActivityListener _activities;
        private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);
        private readonly ConcurrentQueue<string> _everything = new();
        private readonly ConcurrentQueue<string> _traces = new();
        private readonly ConcurrentQueue<double> _ages = new();

        public Telemetry(string key)
        {
            _meters.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == SecureTokenTelemetry.MeterName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            {
                if (Note(instrument, tags, key) is { } name)
                {
                    _counts.AddOrUpdate(name, value, (_, before) => before + value);
                }
            });
            _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
            {
                if (Note(instrument, tags, key) is not null && instrument.Name == "sectoken.token.age")
                {
                    _ages.Enqueue(value);
                }
            });
            _meters.Start();
            _activities = new ActivityListener
            {
                ShouldListenTo = source => source.Name == SecureTokenTelemetry.ActivitySourceName,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = activity =>
                {
                    _everything.Enqueue($"{activity.DisplayName} {activity.StatusDescription} {string.Join(' ', activity.TagObjects)}");
                    if (activity.GetTagItem("sectoken.key") as string == key)
                    {
                        _traces.Enqueue((string)activity.GetTagItem("sectoken.trigger")!);
                    }
                },
            };
            ActivitySource.AddActivityListener(_activities);
        }

        public IEnumerable<string> Counts => _counts.Select(pair => $"{pair.Key} = {pair.Value}").Order(StringComparer.Ordinal);

        public IEnumerable<string> Traces => _traces;

        public IEnumerable<double> Ages => _ages;

        public IEnumerable<string> Everything => _everything;

        public void Observe() => _meters.RecordObservableInstruments();

        public void Dispose()
        {
            _meters.Dispose();
            _activities.Dispose();
        }

        private string? Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags, string key)
        {
            KeyValuePair<string, object?>[] all = tags.ToArray();
            _everything.Enqueue($"{instrument.Name} {instrument.Description} {string.Join(' ', all)}");
            return all.Any(tag => tag.Key == "sectoken.key" && key.Equals(tag.Value))
                ? string.Join(' ', all.Where(tag => tag.Key != "sectoken.key").Select(tag => tag.Value).Prepend(instrument.Name)) : null;
        }
    }
}
