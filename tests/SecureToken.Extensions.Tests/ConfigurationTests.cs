using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using SecureToken.Emulator;
using SecureToken.Extensions.Tests.Support;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Extensions.Tests;

/// <summary>The token in a configuration.</summary>
public sealed class ConfigurationTests
{
    [Fact]
    public async Task Whoever_watches_the_options_sees_the_new_token()
    {
        await using Site site = await Site.StartAsync();
        using IHost program = site.Program(services: services => services.AddOptions<Api>().BindConfiguration("Sysdig"));
        IOptionsMonitor<Api> options = program.Services.GetRequiredService<IOptionsMonitor<Api>>();
        Assert.Equal(site.Token, options.CurrentValue.SecureApiToken);
        var told = new TaskCompletionSource<string?>();
        using IDisposable? watching = options.OnChange(value => told.TrySetResult(value.SecureApiToken));
        string fresh = site.Emulator.ResetToken(Site.Team);
        await Site.CallAsync(Site.ClientOf(program));
        Assert.Equal(fresh, await told.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_program_does_not_start_without_its_token_and_says_why()
    {
        await using Site site = await Site.StartAsync();
        site.Emulator.SetAnswer(new EmulatorAnswer(Site.TokenPath, "403"));
        SecureTokenException refused = Assert.Throws<SecureTokenException>(() => site.Program());
        Assert.Matches("^SECTOK4[0-9]{2}$", refused.Code);
        Assert.StartsWith(refused.Code + ":", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith(refused.Code, refused.HelpLink, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_token_of_another_team_is_refused_at_the_start()
    {
        await using Site site = await Site.StartAsync(new EmulatorOptions { TeamHeader = HonouredTeamHeader.None });
        Assert.Equal("SECTOK404", Assert.Throws<SecureTokenException>(() => site.Program()).Code);
    }

    [Fact]
    public void What_is_not_set_is_named()
    {
        SecureTokenException missing = Assert.Throws<SecureTokenException>(
            () => new ConfigurationBuilder().AddSecureToken(options => options.Environment = _ => null).Build());
        Assert.Contains("SECTOKEN_INSTANCE", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_environment_variables_of_the_tool_say_what_the_options_do_not()
    {
        await using Site site = await Site.StartAsync();
        var environment = new Dictionary<string, string>
        {
            ["SECTOKEN_ENDPOINT"] = site.Emulator.BaseUrl.ToString(),
            ["SECTOKEN_IAM_ENDPOINT"] = site.Emulator.BaseUrl.ToString(),
            ["SECTOKEN_INSTANCE"] = site.Emulator.InstanceId,
            ["SECTOKEN_TEAM"] = "42",
            ["SECTOKEN_API_KEY"] = site.Emulator.ApiKey,
        };
        IConfigurationRoot configuration = new ConfigurationBuilder().AddSecureToken(options => options.Environment = environment.GetValueOrDefault).Build();
        Assert.Equal(site.Token, configuration["Sysdig:SecureApiToken"]);
        ((IDisposable)configuration).Dispose();
    }

    [Fact]
    public async Task An_optional_token_is_fetched_by_the_first_request()
    {
        await using Site site = await Site.StartAsync();
        site.Emulator.SetAnswer(new EmulatorAnswer(Site.TokenPath, "403"));
        var clock = new ManualClock();
        using IHost program = site.Program(options => (options.Optional, options.Clock) = (true, clock));
        Assert.Null(Site.TokenIn(program));
        HttpClient client = Site.ClientOf(program);

        // Right after the failure nobody is asked, and the request is not sent without a token.
        int asked = site.Fetches;
        HttpRequestException early = await Assert.ThrowsAsync<HttpRequestException>(() => Site.CallAsync(client));
        Assert.IsType<SecureTokenException>(early.InnerException);
        Assert.Equal(asked, site.Fetches);
        Assert.Equal(0, site.Emulator.Requests.Count(request => request.Path == Site.Resource));

        site.Emulator.ClearAnswer(Site.TokenPath);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, await Site.CallAsync(client));
        await Wait.UntilAsync("the configuration has the token", () => Site.TokenIn(program) == site.Token);
    }

    [Fact]
    public async Task A_configuration_that_is_built_again_does_not_fetch_again()
    {
        await using Site site = await Site.StartAsync();
        using var manager = new ConfigurationManager();
        manager.AddSecureToken(site.Configure);
        Assert.Equal(1, site.Fetches);

        // Every change of the list of sources builds all of them again.
        ((IConfigurationBuilder)manager).Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource());
        Assert.Equal(site.Token, manager[SecureTokenOptions.DefaultKey]);
        Assert.Equal(1, site.Fetches);
    }

    [Fact]
    public async Task Reloading_the_configuration_reads_the_source_again()
    {
        await using Site site = await Site.StartAsync();
        IConfigurationRoot root = new ConfigurationBuilder().AddSecureToken(site.Configure).Build();
        string fresh = site.Emulator.ResetToken(Site.Team);
        root.Reload();
        Assert.Equal(fresh, root[SecureTokenOptions.DefaultKey]);
        ((IDisposable)root).Dispose();
    }

    [Fact]
    public async Task Tokens_of_two_teams_are_told_apart_by_their_keys()
    {
        await using Site site = await Site.StartAsync();
        using IHost program = site.Program(services: services => services
            .AddSecureToken(options =>
            {
                site.Configure(options);
                (options.Team, options.Key) = ("other", "Other:Token");
            })
            .AddHttpClient("other", http => http.BaseAddress = site.Emulator.BaseUrl).AddSecureToken("Other:Token"));
        HttpClient other = program.Services.GetRequiredService<IHttpClientFactory>().CreateClient("other");
        Assert.Contains("\"currentTeam\":7,", await other.GetStringAsync(Site.Resource, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("\"currentTeam\":42,", await Site.ClientOf(program).GetStringAsync(Site.Resource, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Null(program.Services.GetRequiredService<IConfiguration>()["Other:Token"]);
    }

    [Fact]
    public async Task A_client_with_an_unknown_key_says_so()
    {
        await using Site site = await Site.StartAsync();
        using IHost program = site.Program(services: services => services.AddHttpClient("lost").AddSecureToken("No:Such"));
        Assert.Equal("SECTOK642", Assert.Throws<SecureTokenException>(() => program.Services.GetRequiredService<IHttpClientFactory>().CreateClient("lost")).Code);
    }

    [Fact]
    public async Task A_listener_that_throws_ends_no_refresh()
    {
        await using Site site = await Site.StartAsync();
        using IHost program = site.Program();
        using IDisposable listening = ChangeToken.OnChange(
            program.Services.GetRequiredService<IConfiguration>().GetReloadToken, () => throw new InvalidOperationException("of the listener"));
        for (int reset = 0; reset < 3; reset++)
        {
            site.Emulator.ResetToken(Site.Team);
            Assert.Equal(HttpStatusCode.OK, await Site.CallAsync(Site.ClientOf(program)));
        }
    }

    private sealed class Api
    {
        public string? SecureApiToken { get; set; }
    }
}
