using System.Globalization;
using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Reset;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Settings;
using SecureToken.Core.State;
using SecureToken.Emulator;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Reset;

/// <summary>The request of the settings reaches the service exactly once, whatever comes back, and the token itself tells what became of it.</summary>
public sealed class RequestedResetTests(ITestOutputHelper output)
{
    private static readonly string[] Fatal =
    [
        "close", "rst", "timeout", "500", "502", "503", "408", "429", "301", "302", "303", "307", "308", "400", "401", "403", "404", "405", "501",
    ];

    /// <summary>Statuses by which a service says that it has not done it, so that there is nothing to wait for.</summary>
    private static readonly string[] Refusals = ["429", "400", "401", "403", "404", "405"];

    [Fact]
    public async Task Every_destination_follows_a_request()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(5);
        await machine.InjectAsync(files);
        ResetReport report = await machine.RunAsync(machine.Requested(files));
        Assert.Empty(report.Failures);
        Assert.Equal((1, ResetManner.Requested, true), (machine.Resets, report.Manner, report.IsOldTokenRefused));
        machine.AssertCurrent(files);
        machine.AssertNothingUnfinished();
        Assert.Contains(report.Evidence, answer => answer is { Call: $"POST {ResetMachine.Route}", Status: 200 });
    }

    [Fact]
    public async Task Whatever_goes_wrong_with_the_answer_the_request_was_sent_once_and_the_token_tells_the_outcome()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(2);
        await machine.InjectAsync(files);
        int done = 0;
        foreach (string fault in Fatal)
        {
            foreach (bool takesEffect in (bool[])[true, false])
            {
                await TryAsync(machine, files, FaultOf(fault, takesEffect), fault, takesEffect);
                done++;
            }
        }

        output.WriteLine($"{done} faults, {done} requests");
    }

    [Fact]
    public async Task Cut_at_every_byte_of_the_answer_the_request_was_sent_once()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(1);
        await machine.InjectAsync(files);
        int length = await AnswerLengthAsync(machine);
        for (int bytes = 0; bytes <= length; bytes++)
        {
            EmulatorFault fault = new() { Kind = EmulatorFaultKind.Cut, Bytes = bytes, TakesEffect = true, Method = "POST", PathPrefix = ResetMachine.Route };
            await TryAsync(machine, files, fault, string.Create(CultureInfo.InvariantCulture, $"cut after {bytes}"), takesEffect: true);
        }

        output.WriteLine($"{length + 1} cuts, {length + 1} requests");
        Assert.True(length > 150, $"The answer had {length} bytes: nothing was cut.");
    }

    [Fact]
    public async Task What_is_sent_is_one_plain_request_over_a_connection_of_its_own()
    {
        // Closed without an answer: that is when the platform would like to send again.
        await using FaultServer server = FaultServer.Behaving((_, _, _) => Task.CompletedTask);
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Endpoint endpoint = Endpoint.Parse(server.BaseUrl).Value;
        TokenSettings settings = machine.Plan().Settings with { Endpoint = endpoint };
        using ServiceClient client = ServiceClient.OpenForQuestions(machine.Plan().Credentials, machine.Plan().Transport);
        Result<(ResponseEvidence? Answer, Failure? Trouble)> sent = await client.SendResetAsync(
            ResolvedSettings.Of(settings)!, ResetRequest.Parse("POST /api/reset?team=42", new SettingSource("a test")).Value, new Team(42, "payments"), TestContext.Current.CancellationToken);
        Assert.Null(sent.Value.Answer);
        Assert.Equal(DiagnosticDescriptors.ConnectionFailed, sent.Value.Trouble?.Descriptor);
        Assert.Equal(1, server.Connections);
        string head = Assert.Single(server.Requests);
        Assert.StartsWith("POST /api/reset?team=42 HTTP/1.1\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: application/json\r\nContent-Length: 2\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nSysdigTeamID: 42\r\nTeamID: 42\r\n", head, StringComparison.Ordinal);
        Assert.DoesNotContain("Expect", head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_IAM_token_that_is_refused_is_not_renewed_to_send_again()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        machine.Emulator.FailNext(1, 401, ResetMachine.Route);
        ResetReport report = await machine.RunAsync(machine.Requested(machine.Files(1)));
        Assert.Equal(DiagnosticDescriptors.ResetRequestRefused, Assert.Single(report.Failures).Descriptor);
        Assert.Equal(1, machine.Resets);
    }

    [Fact]
    public async Task A_late_effect_of_a_request_without_an_answer_is_found_by_resuming()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(3);
        await machine.InjectAsync(files);
        machine.Emulator.FailNext(1, FaultOf("rst", takesEffect: false));
        ResetReport unknown = await machine.RunAsync(machine.Requested(files));
        Assert.Equal(DiagnosticDescriptors.ResetOutcomeUnknown, Assert.Single(unknown.Failures).Descriptor);
        Assert.Equal(ResetStage.Requested, Assert.Single(ResetOperation.Unfinished(machine.Environment)).Record!.Stage);

        machine.Press();
        ResetReport again = await machine.RunAsync(machine.Requested(files));
        Assert.Equal(DiagnosticDescriptors.ResetUnfinished, Assert.Single(again.Failures).Descriptor);
        Assert.Equal(1, machine.Resets);

        ResetReport resumed = await machine.ResumeAsync();
        Assert.Empty(resumed.Failures);
        Assert.True(resumed.WasReset);
        Assert.True(resumed.IsOldTokenRefused);
        machine.AssertCurrent(files);
        machine.AssertNothingUnfinished();
        Assert.Single(machine.Receipts());
    }

    [Theory]
    [InlineData("GET /api/token")]
    [InlineData("POST")]
    [InlineData("POST /token/reset")]
    [InlineData("POST /api/../admin")]
    [InlineData("POST /api/%2e%2e/admin")]
    [InlineData("POST //evil.example/api/x")]
    [InlineData("POST /api//evil.example")]
    [InlineData("POST https://evil.example/api/x")]
    [InlineData("POST /api/x#fragment")]
    [InlineData("POST /api/x y")]
    [InlineData("POST /api/x\r\nX-Evil: 1")]
    [InlineData("post /api/x")]
    [InlineData("POST /api/\\evil")]
    [InlineData("POST /api/ü")]
    public void A_request_that_is_not_a_plain_one_is_refused(string text) =>
        Assert.Equal(DiagnosticDescriptors.ResetRequestInvalid, ResetRequest.Parse(text, new SettingSource("a test")).Failure?.Descriptor);

    private static EmulatorFault FaultOf(string fault, bool takesEffect) => new()
    {
        Kind = fault switch { "close" => EmulatorFaultKind.Close, "rst" => EmulatorFaultKind.Rst, "timeout" => EmulatorFaultKind.Timeout, _ => EmulatorFaultKind.Status },
        Status = int.TryParse(fault, CultureInfo.InvariantCulture, out int status) ? status : 503,
        TakesEffect = takesEffect,
        Method = "POST",
        PathPrefix = ResetMachine.Route,
    };

    private static async Task TryAsync(ResetMachine machine, Destination[] files, EmulatorFault fault, string name, bool takesEffect)
    {
        int before = machine.Resets;
        string token = machine.Current;
        machine.Emulator.FailNext(1, fault);
        ResetPlan plan = machine.Requested(files);

        // The wait for a silent server is cut short, and that for an effect that never comes.
        plan = plan with
        {
            Token = plan.Token with { Transport = plan.Token.Transport with { Attempt = TimeSpan.FromMilliseconds(fault.Kind == EmulatorFaultKind.Timeout ? 2000 : 10_000) } },
            Times = plan.Times with { Settling = TimeSpan.FromMilliseconds(takesEffect ? 10_000 : 30) },
        };
        ResetReport report = await machine.RunAsync(plan);
        Assert.True(machine.Resets == before + 1, $"{name}: sent {machine.Resets - before} times");
        Assert.True(takesEffect == (token != machine.Current), name);
        machine.AssertCurrent(files);
        if (takesEffect)
        {
            Assert.True(report.Exit == ExitStatus.Done, $"{name}: {string.Join(' ', report.Failures)}");
        }
        else
        {
            Failure failure = Assert.Single(report.Failures);
            Assert.True(failure.Descriptor == (Refusals.Contains(name) ? DiagnosticDescriptors.ResetRequestRefused : DiagnosticDescriptors.ResetOutcomeUnknown), $"{name}: {failure}");
            Assert.Equal(Refusals.Contains(name) ? 0 : 1, ResetOperation.Unfinished(machine.Environment).Count);
            if (!Refusals.Contains(name))
            {
                Assert.Empty((await machine.ResumeAsync()).Failures);
            }
        }

        machine.AssertNothingUnfinished();
    }

    private static async Task<int> AnswerLengthAsync(ResetMachine machine)
    {
        // The head and the body of one whole answer: the longest cut that still makes a difference.
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(machine.Emulator.BaseUrl.Host, machine.Emulator.BaseUrl.Port, TestContext.Current.CancellationToken);
        string iam = await IamTokenAsync(machine);
        string request = $"POST {ResetMachine.Route} HTTP/1.1\r\nHost: {machine.Emulator.BaseUrl.Authority}\r\nAuthorization: Bearer {iam}\r\nIBMInstanceID: {machine.Emulator.InstanceId}\r\n"
            + "SysdigTeamID: 30785\r\nTeamID: 30785\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using var whole = new MemoryStream();
        await client.GetStream().CopyToAsync(whole, TestContext.Current.CancellationToken);
        machine.Emulator.ClearRequests();
        return (int)whole.Length;
    }

    private static async Task<string> IamTokenAsync(ResetMachine machine)
    {
        using var client = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "urn:ibm:params:oauth:grant-type:apikey", ["apikey"] = machine.Emulator.ApiKey });
        using HttpResponseMessage answer = await client.PostAsync(new Uri(machine.Emulator.BaseUrl, "/identity/token"), form, TestContext.Current.CancellationToken);
        using var json = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return json.RootElement.GetProperty("access_token").GetString()!;
    }
}
