using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Reset;
using SecureToken.Core.Operations.Status;
using SecureToken.Emulator;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Reset;

/// <summary>
/// <em>Reset Token</em> resets the token of whoever is logged in, in the team that is selected. Two people, two teams, one who waits.
/// </summary>
public sealed class IdentityTests
{
    private const int OtherTeam = 30785;

    private static readonly EmulatorIdentity[] People =
    [
        new("ada") { ApiKey = new string('a', 44) },
        new("bob") { ApiKey = new string('b', 44) },
        new("robot", EmulatorIdentityKind.ServiceId) { ApiKey = new string('r', 44) },
    ];

    /// <summary>Ada waits for her token of team 42.</summary>
    [Theory]
    [InlineData("ada", 42)]
    [InlineData("ada", OtherTeam)]
    [InlineData("bob", 42)]
    [InlineData("bob", OtherTeam)]
    public async Task Whoever_presses_the_button_only_the_token_that_died_is_followed(string who, int team)
    {
        await using ResetMachine machine = await StartAsync();
        Destination[] files = machine.Files(2);
        await machine.InjectAsync(files);
        string before = machine.Emulator.TokenOf(42, "ada");
        bool isRight = who == "ada" && team == 42;
        bool isSeen = who == "ada" && team == OtherTeam;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        int looks = 0;
        Guide? guide = null;
        guide = new Guide(machine)
        {
            Pointed = () => machine.Emulator.ResetToken(team, who),
            OnSame = _ =>
            {
                // Long enough for a look at the other team; the button of another person cannot be seen from here.
                if (!isRight && ++looks > 6 && (!isSeen || guide!.OtherTeams.Count > 0))
                {
                    stop.Cancel();
                }
            },
        };
        ResetReport report = await ResetOperation.RunAsync(machine.Guided(files), guide, stop.Token);
        if (isRight)
        {
            Assert.Empty(report.Failures);
            Assert.All(files, file => AssertHolds(file, machine.Emulator.TokenOf(42, "ada")));
            Assert.Empty(guide.OtherTeams);
            return;
        }

        Assert.Equal(DiagnosticDescriptors.Cancelled, Assert.Single(report.Failures).Descriptor);
        Assert.All(files, file => AssertHolds(file, before));
        if (isSeen)
        {
            Failure told = Assert.Single(guide.OtherTeams);
            Assert.Equal(DiagnosticDescriptors.OtherTeamReset, told.Descriptor);
            Assert.Contains($"inject --team {OtherTeam}", told.NextStep, StringComparison.Ordinal);
            Assert.Contains("switch to team payments (42)", told.NextStep, StringComparison.Ordinal);
        }
        else
        {
            Assert.Empty(guide.OtherTeams);
        }
    }

    [Fact]
    public async Task The_guide_says_as_whom_to_log_in_and_which_team_to_switch_to()
    {
        await using ResetMachine machine = await StartAsync();
        Destination[] files = machine.Files(1);
        var guide = new Guide(machine) { Pointed = () => machine.Emulator.ResetToken(42, "ada") };
        ResetReport report = await machine.RunAsync(machine.Guided(files), guide);
        Assert.Empty(report.Failures);
        Assert.Equal(("ada", IdentityKind.User), (guide.Instructions!.Identity!.Name, guide.Instructions.Identity.Kind));
        Assert.Equal(42, guide.Instructions.Scope.Team.Id);
        Assert.Same(files[0], Assert.Single(guide.Instructions.Destinations));
        Assert.Equal("ada", report.Identity!.Name);
    }

    [Theory]
    [InlineData("https://eu-de.security-compliance-secure.cloud.ibm.com", true)]
    [InlineData("https://eu-gb.monitoring.cloud.ibm.com", false)]
    [InlineData("https://private.eu-gb.monitoring.cloud.ibm.com", false)]
    public void The_page_of_another_product_is_not_offered(string endpoint, bool hasPage) =>
        Assert.Equal(hasPage, ResetInstructions.PageOf(Endpoint.Parse(endpoint).Value) is not null);

    [Fact]
    public async Task A_service_ID_is_not_led_to_a_button_that_resets_somebody_elses_token()
    {
        await using ResetMachine machine = await StartAsync("robot");
        Destination[] files = machine.Files(1);
        var guide = new Guide(machine) { Pointed = () => Assert.Fail("The page was offered.") };
        ResetReport report = await machine.RunAsync(machine.Guided(files), guide);
        Failure refusal = Assert.Single(report.Failures);
        Assert.Equal((DiagnosticDescriptors.ResetNeedsLogin, ExitStatus.Refused), (refusal.Descriptor, report.Exit));
        Assert.Contains("service ID robot", refusal.Message, StringComparison.Ordinal);

        // With the user's word, the page is offered.
        bool pointed = false;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await ResetOperation.RunAsync(
            machine.Guided(files) with { AssumesBrowserUser = true },
            new Guide(machine)
            {
                Pointed = () =>
                {
                    pointed = true;
                    stop.Cancel();
                },
            },
            stop.Token);
        Assert.True(pointed);
    }

    [Fact]
    public async Task Copies_that_are_stale_at_the_start_are_updated_when_the_person_says_so()
    {
        await using ResetMachine machine = await StartAsync();
        Destination[] files = machine.Files(3);
        await machine.InjectAsync(files);
        string current = machine.Emulator.ResetToken(42, "ada");
        var guide = new Guide(machine) { Updates = true, Pointed = () => Assert.Fail("The page was offered.") };
        ResetReport report = await ResetOperation.RunAsync(machine.Guided(files), guide, TestContext.Current.CancellationToken);
        Assert.Equal((ResetManner.Updated, ExitStatus.Done), (report.Manner, report.Exit));
        Assert.Equal(DiagnosticDescriptors.CopiesStaleAtStart, Assert.Single(guide.Warnings).Descriptor);
        Assert.All(files, file => AssertHolds(file, current));
        Assert.Empty(ResetOperation.Unfinished(machine.Environment));
    }

    [Fact]
    public async Task A_copy_of_another_identity_is_overwritten_with_a_warning_that_names_both_or_not_at_all()
    {
        await using ResetMachine machine = await StartAsync();
        Destination file = machine.Dotenv("a.env");
        await machine.InjectAsync(file);
        Use(machine, "bob");
        InjectReport strict = await InjectOperation.RunAsync(
            machine.Plan(file) with { IsIdentityStrict = true }, TestContext.Current.CancellationToken);
        Assert.Equal(DiagnosticDescriptors.CopyOfOtherIdentityKept, strict.Destinations[0].Failure?.Descriptor);
        AssertHolds(file, machine.Emulator.TokenOf(42, "ada"));

        InjectReport report = await InjectOperation.RunAsync(machine.Plan(file), TestContext.Current.CancellationToken);
        Failure warning = Assert.Single(report.Destinations[0].Warnings, one => one.Descriptor == DiagnosticDescriptors.CopyOfOtherIdentity);
        Assert.Contains("user ada", warning.Message, StringComparison.Ordinal);
        Assert.Contains("user bob", warning.Message, StringComparison.Ordinal);
        AssertHolds(file, machine.Emulator.TokenOf(42, "bob"));

        // It is bob's now, so doing it again warns of nothing.
        report = await InjectOperation.RunAsync(machine.Plan(file), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(report.Destinations[0].Warnings, one => one.Descriptor == DiagnosticDescriptors.CopyOfOtherIdentity);
    }

    [Fact]
    public async Task Status_tells_a_copy_of_another_identity_from_a_reset()
    {
        await using ResetMachine machine = await StartAsync();
        Destination file = machine.Dotenv("a.env");
        await machine.InjectAsync(file);
        Use(machine, "bob");
        TokenStatus status = await StatusAsync(machine, file);
        Assert.Equal(CopyState.OtherIdentity, Assert.Single(status.Copies).State);
        Failure warning = Assert.Single(status.Warnings, one => one.Descriptor == DiagnosticDescriptors.OtherCredential);
        Assert.Contains("user ada", warning.Message, StringComparison.Ordinal);
        Assert.Contains("user bob", warning.Message, StringComparison.Ordinal);
        Assert.Equal(ExitStatus.Drift, status.Exit);
    }

    [Fact]
    public async Task The_same_identity_with_another_credential_is_no_other_identity_after_a_real_reset()
    {
        await using ResetMachine machine = await StartAsync();
        Destination file = machine.Dotenv("a.env");
        await machine.InjectAsync(file);
        machine.Emulator.ResetToken(42, "ada");
        machine.Service.Environment["SECTOKEN_IAM_TOKEN"] = await machine.Service.IamTokenAsync();
        machine.Service.Environment.Remove("SECTOKEN_API_KEY");
        TokenStatus status = await StatusAsync(machine, file);
        Assert.Equal(CopyState.Stale, Assert.Single(status.Copies).State);
        Assert.Empty(status.Warnings);
    }

    private static async Task<TokenStatus> StatusAsync(ResetMachine machine, Destination file) =>
        Assert.Single((await StatusOperation.RunAsync([machine.Plan(file)], isOffline: false, TestContext.Current.CancellationToken)).Tokens);

    private static async Task<ResetMachine> StartAsync(string who = "ada")
    {
        ResetMachine machine = await ResetMachine.StartAsync(options => options with { Identities = People });
        Use(machine, who);
        return machine;
    }

    private static void Use(ResetMachine machine, string who) =>
        machine.Service.Environment["SECTOKEN_API_KEY"] = Array.Find(People, one => one.Name == who)!.ApiKey!;

    private static void AssertHolds(Destination destination, string token)
    {
        Result<Core.Secrets.Token?> read = destination.ReadToken();
        using Core.Secrets.Token? copy = read.Value;
        Assert.True(copy!.Matches(System.Text.Encoding.ASCII.GetBytes(token)), destination.Location);
    }
}
