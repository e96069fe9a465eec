using SecureToken.Emulator.Tests.Support;

namespace SecureToken.Emulator.Tests;

public sealed class OptionsTests
{
    [Fact]
    public async Task Without_options_there_is_one_default_team_a_random_instance_and_a_key_like_a_real_one()
    {
        await using var first = await StartAsync(new EmulatorOptions());
        await using var second = await StartAsync(new EmulatorOptions());

        Assert.Equal([new EmulatorTeam("Secure Operations", 30785, IsDefault: true)], first.Teams);
        Assert.Matches("^[A-Za-z0-9_-]{44}$", first.ApiKey);
        Assert.True(Guid.TryParseExact(first.InstanceId, "D", out _));
        Assert.NotEqual(first.ApiKey, second.ApiKey);
        Assert.NotEqual(first.InstanceId, second.InstanceId);
        Assert.NotEqual(first.BaseUrl, second.BaseUrl);
    }

    [Fact]
    public async Task Given_values_are_used_as_given()
    {
        var instance = Guid.NewGuid().ToString();
        await using var server = await StartAsync(new EmulatorOptions
        {
            ApiKey = "my-key",
            InstanceId = instance,
            IamOnly = true,
            TeamHeader = HonouredTeamHeader.None,
        });

        Assert.Equal(("my-key", instance), (server.ApiKey, server.InstanceId));
        Assert.Equal((true, HonouredTeamHeader.None), (server.IamOnly, server.TeamHeader));
    }

    [Fact]
    public async Task A_given_default_team_stays_the_only_default()
    {
        await using var server = await StartAsync(new EmulatorOptions { Teams = [new("ops", 1), new("main", 2, IsDefault: true)] });

        Assert.Equal(["ops", "main"], server.Teams.Select(team => team.Name));
    }

    [Theory]
    [InlineData("Secure Operations", 5)]
    [InlineData("ops", 30785)]
    public async Task A_team_that_takes_the_place_of_the_predefined_one_is_the_default(string name, int id)
    {
        await using var server = await StartAsync(new EmulatorOptions { Teams = [new(name, id)] });

        Assert.Equal([new EmulatorTeam(name, id, IsDefault: true)], server.Teams);
    }

    public static TheoryData<EmulatorOptions> Nonsense() => new(
        new EmulatorOptions { Teams = [new("a", 1), new("b", 1)] },
        new EmulatorOptions { Teams = [new("a", 1), new("a", 2)] },
        new EmulatorOptions { Teams = [new("a", 1, true), new("b", 2, true)] },
        new EmulatorOptions { Teams = [new("a", 0)] },
        new EmulatorOptions { Teams = [new(" ", 1)] },
        new EmulatorOptions { Teams = [new("a\nb", 1)] },
        new EmulatorOptions { InstanceId = "my instance" },
        new EmulatorOptions { ApiKey = "" },
        new EmulatorOptions { Port = 65536 },
        new EmulatorOptions { Latency = TimeSpan.FromSeconds(-1) },
        new EmulatorOptions { IamTokenLifetime = TimeSpan.Zero },
        new EmulatorOptions { IamTokenLifetime = TimeSpan.FromHours(2) },
        new EmulatorOptions { OldTokenLives = TimeSpan.FromDays(2) },
        new EmulatorOptions { NewTokenAfter = Timeout.InfiniteTimeSpan },
        new EmulatorOptions { ResetRoute = new("GET", "/api/token/reset") },
        new EmulatorOptions { ResetRoute = new("POST", "/emulator/reset") },
        new EmulatorOptions { ResetRoute = new("POST", "/api/../token") },
        new EmulatorOptions { ResetRoute = new("POST", "/api/token/{team}") },
        new EmulatorOptions { ResetRoute = new("POST", "/api/token/") },
        new EmulatorOptions { TeamHeader = (HonouredTeamHeader)9 });

    [Theory]
    [MemberData(nameof(Nonsense), DisableDiscoveryEnumeration = true)]
    public async Task Options_that_make_no_sense_are_refused(EmulatorOptions options)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => StartAsync(options));
    }

    [Fact]
    public async Task A_port_in_use_is_an_io_error()
    {
        await using var first = await StartAsync(new EmulatorOptions());

        await Assert.ThrowsAnyAsync<IOException>(() => StartAsync(new EmulatorOptions { Port = first.BaseUrl.Port }));
    }

    [Fact]
    public async Task A_stopped_emulator_answers_no_more()
    {
        Exception? refusal = null;
        for (var i = 0; i < 5 && refusal is null; i++)
        {
            var server = await StartAsync(new EmulatorOptions());
            await server.DisposeAsync();
            using var client = new Client(server.BaseUrl);

            // Whoever starts next may be given its port, and answer; but not five times.
            refusal = await Record.ExceptionAsync(() => client.GetAsync("/"));
            await server.DisposeAsync();
        }

        Assert.IsType<HttpRequestException>(refusal);
    }

    [Fact]
    public async Task The_observer_sees_every_request()
    {
        var seen = new List<EmulatorRequest>();
        await using var server = await StartAsync(new EmulatorOptions { OnRequest = seen.Add });
        using var client = new Client(server);

        await client.GetAsync("/api/token");

        Assert.Equal(server.Requests, seen);
    }

    private static Task<EmulatorServer> StartAsync(EmulatorOptions options) =>
        EmulatorServer.StartAsync(options, TestContext.Current.CancellationToken);
}
