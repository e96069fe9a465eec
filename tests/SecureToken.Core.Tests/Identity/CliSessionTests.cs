using System.Runtime.Versioning;
using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Model;
using SecureToken.Core.Tests.Service;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Identity;

/// <summary>The session of the <c>ibmcloud</c> program, through a stand-in that writes down how it was called.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CliSessionTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_session_gets_the_token_and_IAM_is_not_asked()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        IbmCloudStandIn program = Offer(service, IbmCloudStandIn.Printing(await service.IamTokenAsync()));
        service.Emulator.ClearRequests();
        using FetchedToken fetched = (await service.FetchAsync("42")).Value;
        Assert.True(fetched.Token.Matches(Encoding.UTF8.GetBytes(service.Emulator.TokenOf(42))));
        Assert.Equal($"{program.Program} (cli)", fetched.CredentialSource);
        Assert.Equal(["iam", "oauth-tokens", "--output", "json"], program.Arguments);
        Assert.Empty(program.Input);
        Assert.Equal(0, service.Emulator.Count("POST", "/identity/token"));
    }

    [Fact]
    public async Task A_version_that_prints_text_is_understood_and_its_second_token_is_not_taken()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        string iamToken = await service.IamTokenAsync();
        Offer(service, $"printf 'IAM token:  Bearer %s\\nUAA token:  Bearer eyJ.other.one\\n' '{iamToken}'");
        using FetchedToken fetched = (await service.FetchAsync("42")).Value;
        Assert.Equal(42, fetched.Scope.Team.Id);
    }

    [Fact]
    public async Task Who_is_not_logged_in_is_told_how_to_log_in()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        IbmCloudStandIn program = Offer(service, "echo 'FAILED' >&2; echo 'canary-on-error' >&2; exit 1");
        Failure failure = await service.FailAsync("42");
        Assert.Equal(DiagnosticDescriptors.CliNotLoggedIn, failure.Descriptor);
        Assert.Contains(program.Program, failure.Message, StringComparison.Ordinal);
        Assert.Contains("ibmcloud login", failure.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", failure.ToString(), StringComparison.Ordinal);
        Assert.Empty(service.Emulator.Requests);
    }

    [Theory]
    [InlineData("echo '{}'", "SECTOK220")]
    [InlineData("echo '{\"iam_token\": 4}'", "SECTOK220")]
    [InlineData("echo '{\"iam_token\": \"Bearer canary with spaces\"}'", "SECTOK211")]
    [InlineData("echo '{\"iam_token\": \"\"}'", "SECTOK211")]
    [InlineData("echo canary", "SECTOK220")]
    [InlineData("true", "SECTOK220")]
    [InlineData("echo '{\"iam_token\": \"Bearer eyJhbGciOiJub25lIn0.eyJleHAiOjE1MDAwMDAwMDB9.c2ln\"}'", "SECTOK209")]
    [InlineData("head -c 70000 /dev/zero | tr '\\0' a", "SECTOK220")]
    public async Task Output_that_is_no_IAM_token_is_told_without_being_repeated(string script, string code)
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        Offer(service, script);
        Failure failure = await service.FailAsync("42");
        Assert.Equal(code, failure.Code);
        Assert.DoesNotContain("canary", failure.ToString(), StringComparison.Ordinal);
        Assert.Empty(service.Emulator.Requests);
    }

    [Fact]
    public async Task A_program_that_hangs_is_ended_at_the_limit_with_what_it_started()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        IbmCloudStandIn program = Offer(service, $"sleep 1000 & echo $! > '{_directory["child"]}'; wait");
        Failure failure = await service.FailAsync("42", transport: new TransportOptions { Deadline = TimeSpan.FromSeconds(5), Clock = new StandingClock() });
        Assert.Equal(DiagnosticDescriptors.CliTimedOut, failure.Descriptor);
        Assert.Contains("within 5 s", failure.Message, StringComparison.Ordinal);
        Assert.True(await program.EndsAsync());
        Assert.True(await OtherProcess.EndsAsync(await File.ReadAllTextAsync(_directory["child"], TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task A_file_that_is_no_program_is_told()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        service.Environment.Clear();
        service.Environment["PATH"] = Path.GetDirectoryName(_directory.Write("bin/ibmcloud", "not executable"))!;
        Assert.Equal(DiagnosticDescriptors.CliUnusable, (await service.FailAsync("42")).Descriptor);
    }

    [Fact]
    public async Task A_session_is_asked_again_when_its_token_is_refused_and_no_more_than_once()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        Offer(service, $"echo x >> '{_directory["starts"]}'; " + IbmCloudStandIn.Printing("aaaa.bbbb.cccc"));
        Assert.Equal(DiagnosticDescriptors.IamTokenRefused, (await service.FailAsync("42")).Descriptor);
        Assert.Equal(2, (await File.ReadAllLinesAsync(_directory["starts"], TestContext.Current.CancellationToken)).Length);
    }

    private IbmCloudStandIn Offer(ServiceFixture service, string script)
    {
        var program = new IbmCloudStandIn(_directory["bin"], script);
        service.Environment.Clear();
        service.Environment["PATH"] = program.SearchPath;
        return program;
    }

    /// <summary>No time passes before the program is started, so that it has the whole of the limit; that it is ended goes by the system's own clock.</summary>
    private sealed class StandingClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
