using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Emulator;
using Xunit;

namespace SecureToken.Core.Tests.Service;

/// <summary>
/// No public source shows that a token may be asked for its team on every host. So what only says "not here" does not stand in the way, and a
/// wrong team is still refused.
/// </summary>
public sealed class VerificationTests
{
    private const string DefaultTeam = "30785";

    private static readonly string[] Questions = ["/api/users/me", "/api/user/me", "/api/customer/accessKeys"];

    public static TheoryData<string> NotHere => ["400", "403", "404", "405", "501", "403-html", "405-html", "html", "no-team"];

    [Theory]
    [MemberData(nameof(NotHere))]
    public async Task Where_the_token_cannot_be_asked_the_token_of_no_team_tells_that_the_header_counts(string answer)
    {
        await using ServiceFixture service = await StartAsync(answer);
        using FetchedToken fetched = (await service.FetchAsync("42")).Value;
        Assert.NotNull(fetched.ProvenAt);
        Assert.Empty(fetched.Warnings);
        Assert.Contains("differs from the one without a team (GET /api/users/me returned HTTP", fetched.Verification, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(NotHere))]
    public async Task Of_the_team_that_answers_by_default_it_is_a_warning_that_names_request_and_answer(string answer)
    {
        await using ServiceFixture service = await StartAsync(answer);
        using FetchedToken fetched = (await service.FetchAsync(DefaultTeam)).Value;
        Failure warning = Assert.Single(fetched.Warnings);
        Assert.Equal(DiagnosticDescriptors.TokenUnverified, warning.Descriptor);
        Assert.Contains("GET /api/users/me returned HTTP", warning.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(NotHere))]
    public async Task A_header_that_is_ignored_is_a_wrong_team_also_where_the_token_cannot_be_asked(string answer)
    {
        await using ServiceFixture service = await StartAsync(answer, options => options with { TeamHeader = HonouredTeamHeader.None });
        Assert.Equal(DiagnosticDescriptors.WrongTeam, (await service.FetchAsync("42")).Failure?.Descriptor);
    }

    [Fact]
    public async Task One_401_alone_is_no_verdict_and_two_are()
    {
        await using ServiceFixture service = await StartAsync("401", paths: ["/api/users/me"]);
        using (FetchedToken fetched = (await service.FetchAsync("42")).Value)
        {
            Assert.Equal("GET /api/user/me reports its team", fetched.Verification);
        }

        service.Emulator.SetAnswer(new EmulatorAnswer("/api/user/me", "401"));
        Assert.Equal(DiagnosticDescriptors.TokenRefused, (await service.FetchAsync("42")).Failure?.Descriptor);
    }

    private static async Task<ServiceFixture> StartAsync(
        string answer, Func<EmulatorOptions, EmulatorOptions>? change = null, IReadOnlyList<string>? paths = null) =>
        await ServiceFixture.StartAsync(options => (change?.Invoke(options) ?? options) with
        {
            Answers = [.. (paths ?? Questions).Select(path => new EmulatorAnswer(path, answer))],
        });
}
