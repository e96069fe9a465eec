using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Doctor;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Settings;
using SecureToken.Core.Tests.Service;
using SecureToken.Emulator;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Doctor;

/// <summary>The doctor's steps against an emulated service.</summary>
public sealed class DoctorTests : IAsyncDisposable
{
    private readonly TemporaryDirectory _disk = new("doctor");
    private Machine? _machine;

    [Theory]
    [InlineData(HonouredTeamHeader.Both, "honored", "honored")]
    [InlineData(HonouredTeamHeader.SysdigTeamID, "honored", "ignored")]
    [InlineData(HonouredTeamHeader.TeamID, "ignored", "honored")]
    public async Task Which_team_header_counts_is_found_out(HonouredTeamHeader honoured, string later, string earlier)
    {
        Machine machine = await StartAsync();
        machine.Service.Emulator.TeamHeader = honoured;
        DoctorLog log = await RunAsync(machine.Plan("payments"));
        Assert.Equal(ExitStatus.Done, log.Exit);
        Assert.StartsWith(later + ":", Step(log, "SysdigTeamID alone").Found, StringComparison.Ordinal);
        Assert.StartsWith(earlier + ":", Step(log, "TeamID alone").Found, StringComparison.Ordinal);
        Assert.Contains("30785", Step(log, "no team header").Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_obeys_no_header_fails_the_proof_and_is_told_so()
    {
        Machine machine = await StartAsync();
        machine.Service.Emulator.TeamHeader = HonouredTeamHeader.None;
        DoctorLog log = await RunAsync(machine.Plan("payments"));
        Assert.Equal("SECTOK404", log.FirstFailure?.Code);
        Assert.Equal(ExitStatus.Refused, log.Exit);
        Assert.StartsWith("no:", Step(log, "token per team").Found, StringComparison.Ordinal);
        Assert.StartsWith("ignored", Step(log, "SysdigTeamID alone").Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_the_default_team_the_question_is_asked_with_another_one()
    {
        Machine machine = await StartAsync();
        machine.Service.Emulator.TeamHeader = HonouredTeamHeader.TeamID;
        DoctorLog log = await RunAsync(machine.Plan("Secure Operations"));
        Assert.StartsWith("honored: requested payments", Step(log, "TeamID alone").Found, StringComparison.Ordinal);
        Assert.StartsWith("ignored", Step(log, "SysdigTeamID alone").Found, StringComparison.Ordinal);
        Assert.StartsWith("yes", Step(log, "token per team").Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_follows_a_failed_step_is_skipped_and_the_copies_are_looked_at_all_the_same()
    {
        Machine machine = await StartAsync();
        await machine.InjectAsync(".env");
        machine.Service.Environment["SECTOKEN_API_KEY"] = "another-key-that-nobody-knows-0123456789abcd";
        int before = machine.Service.Emulator.Count("GET", "/api/token");
        DoctorLog log = await RunAsync(machine.Plan("payments", machine.Dotenv(".env", "TOKEN")));
        Assert.Equal("SECTOK204", log.FirstFailure?.Code);
        Assert.Equal(DoctorVerdict.Skipped, Step(log, "instance, team and token").Verdict);
        Assert.Equal(DoctorVerdict.Ok, Step(log, "service").Verdict);
        Assert.Contains("as far as the ledger knows", Step(log, "copy").Found, StringComparison.Ordinal);
        Assert.Equal(before, machine.Service.Emulator.Count("GET", "/api/token"));
    }

    [Fact]
    public async Task A_clock_that_is_wrong_is_a_warning_with_both_times()
    {
        Machine machine = await StartAsync();
        InjectPlan plan = machine.Plan("payments");
        DoctorLog log = await RunAsync(plan with { Transport = plan.Transport with { Clock = new MovableClock { Shift = TimeSpan.FromMinutes(-9) } } });
        DoctorStep clock = Step(log, "clock");
        Assert.Equal(DoctorVerdict.Warning, clock.Verdict);
        Assert.Equal("SECTOK317", Assert.Single(clock.Warnings).Code);
        Assert.Matches("^5[0-9]{2} s behind 127.0.0.1$", clock.Found);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_failure_of_its_own_step()
    {
        Machine machine = await StartAsync();
        InjectPlan plan = machine.Plan("payments");
        using var closed = new ClosedPort();
        DoctorLog log = await RunAsync(plan with { Settings = plan.Settings with { IamEndpoint = Endpoint.Parse(closed.BaseUrl).Value } });
        Assert.Equal("SECTOK303", Step(log, "IAM").Failure?.Code);
        Assert.Equal(DoctorVerdict.Skipped, Step(log, "IAM token").Verdict);
        Assert.Equal(ExitStatus.Unavailable, log.Exit);
        Assert.Equal(0, machine.Service.Emulator.Count("GET", "/api/teams"));
    }

    [Fact]
    public async Task An_instance_without_tokens_is_told_by_the_step_of_the_token()
    {
        Machine machine = await StartAsync();
        machine.Service.Emulator.IamOnly = true;
        DoctorLog log = await RunAsync(machine.Plan("payments"));
        Assert.Equal("SECTOK401", log.FirstFailure?.Code);
        Assert.Equal(ExitStatus.Refused, log.Exit);
    }

    [Fact]
    public async Task A_reset_that_died_and_a_temporary_file_are_told()
    {
        Machine machine = await StartAsync();
        await machine.InjectAsync(".env");
        _disk.Write(".env.sectoken.tmp", string.Empty);
        Directory.CreateDirectory(_disk["state", "resets"]);
        _disk.Write(Path.Combine("state", "resets", "x.json"), "{");
        DoctorLog log = await RunAsync(machine.Plan("payments", machine.Dotenv(".env", "TOKEN")));
        Assert.Equal(["SECTOK717"], Step(log, "unfinished resets").Warnings.Select(warning => warning.Code));
        Assert.Equal(["SECTOK171"], Step(log, "copy").Warnings.Select(warning => warning.Code));
        Assert.Equal(ExitStatus.Done, log.Exit);
        Assert.True(File.Exists(_disk[".env.sectoken.tmp"]));
    }

    [Theory]
    [InlineData("", "no rate limit is reported")]
    [InlineData("X-RateLimit-Limit: 120\r\n", "120 requests a minute are allowed")]
    [InlineData("X-RateLimit-Limit: plenty\r\n", "no rate limit is reported")]
    public async Task The_rate_limit_is_told_and_what_the_doubled_path_answers(string header, string told)
    {
        Machine machine = await StartAsync();
        await using FaultServer service = CannedService.Start(
            CannedService.Token, (_, stream, stop) => stream.WriteAsync(CannedService.Answer(200, CannedService.Good[CannedService.Token], header), stop).AsTask());
        InjectPlan plan = machine.Plan("payments");
        DoctorLog log = await RunAsync(plan with { Settings = plan.Settings with { Endpoint = Endpoint.Parse(service.BaseUrl).Value } });
        Assert.EndsWith("; " + told, Step(log, "token").Found, StringComparison.Ordinal);
        Assert.Equal("answers HTTP 404 with JSON", Step(log, "/api/api/token").Found);
        Assert.Equal(ExitStatus.Done, log.Exit);
    }

    [Fact]
    public async Task A_list_instead_of_a_user_proves_nothing_and_breaks_nothing()
    {
        Machine machine = await StartAsync();
        await using FaultServer service = CannedService.Start(CannedService.Me, (_, stream, stop) => stream.WriteAsync(CannedService.Answer(200, "[]"), stop).AsTask());
        InjectPlan plan = machine.Plan("payments");
        DoctorLog log = await RunAsync(plan with { Settings = plan.Settings with { Endpoint = Endpoint.Parse(service.BaseUrl).Value } });
        Assert.Equal("not verified: GET /api/users/me returned HTTP 200 without currentTeam", Step(log, "proof of team").Found);
    }

    [Fact]
    public async Task No_step_shows_a_secret()
    {
        Machine machine = await StartAsync();
        await machine.InjectAsync(".env");
        DoctorLog log = await RunAsync(machine.Plan("payments", machine.Dotenv(".env", "TOKEN")));
        string all = string.Join('\n', log.Steps.SelectMany(step => step.Details.Append(step.Found).Append(step.Name)));
        Assert.DoesNotContain(machine.Service.Emulator.ApiKey, all, StringComparison.Ordinal);
        Assert.All(machine.Service.Emulator.Teams, team => Assert.DoesNotContain(machine.Service.Emulator.TokenOf(team.Id), all, StringComparison.Ordinal));
        Assert.Contains(log.Steps, step => step.Took > TimeSpan.Zero);
    }

    public async ValueTask DisposeAsync()
    {
        if (_machine is not null)
        {
            await _machine.DisposeAsync();
        }

        _disk.Dispose();
    }

    private static DoctorStep Step(DoctorLog log, string name) => Assert.Single(log.Steps, step => step.Name == name);

    private static async Task<DoctorLog> RunAsync(InjectPlan plan)
    {
        var log = new DoctorLog(TimeProvider.System, TestContext.Current.CancellationToken);
        await DoctorOperation.RunAsync(new DoctorSubject([plan], [], new HostTrust([], plan.Transport.Environment), plan.Credentials, plan.Transport), log);
        return log;
    }

    private async Task<Machine> StartAsync() => _machine = await Machine.StartAsync(_disk);
}
