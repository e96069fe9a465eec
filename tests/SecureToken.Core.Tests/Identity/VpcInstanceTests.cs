using System.Net;
using System.Net.Sockets;
using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Tests.Service;
using SecureToken.Emulator;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Identity;

/// <summary>The identity of a VPC instance.</summary>
public sealed class VpcInstanceTests
{
    [Theory]
    [InlineData(EmulatorMetadata.Both, 1)]
    [InlineData(EmulatorMetadata.Version2022, 1)]
    [InlineData(EmulatorMetadata.Version2025, 2)]
    public async Task Either_version_of_the_metadata_service_gets_the_token(EmulatorMetadata metadata, int asked)
    {
        await using ServiceFixture service = await StartAsync(metadata);
        using FetchedToken fetched = (await service.FetchAsync("42")).Value;
        Assert.True(fetched.Token.Matches(Encoding.UTF8.GetBytes(service.Emulator.TokenOf(42))));
        Assert.Equal($"instance metadata at {service.Emulator.BaseUrl.Authority} (vpc)", fetched.CredentialSource);
        Assert.Equal(asked, service.Emulator.Requests.Count(request => request.Method == "PUT"));
        Assert.Equal(0, service.Emulator.Count("POST", "/identity/token"));
    }

    [Theory]
    [InlineData("id")]
    [InlineData("CRN")]
    public async Task A_trusted_profile_is_named_by_id_or_CRN(string how)
    {
        await using ServiceFixture service = await StartAsync();
        service.Environment["SECTOKEN_IAM_PROFILE"] = how == "id" ? service.Emulator.ProfileId : service.Emulator.ProfileCrn;
        using FetchedToken fetched = (await service.FetchAsync("42")).Value;
        Assert.EndsWith($", profile {service.Emulator.ProfileId} (vpc)", fetched.CredentialSource, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_that_is_not_linked_is_told_as_such()
    {
        await using ServiceFixture service = await StartAsync();
        service.Environment["SECTOKEN_IAM_PROFILE"] = "Profile-1";
        Failure failure = await service.FailAsync("42");
        Assert.Equal(DiagnosticDescriptors.ProfileRefused, failure.Descriptor);
        Assert.Contains("Profile-1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("not linked", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_cannot_be_used_there_and_is_told_before_anything_is_asked()
    {
        await using ServiceFixture service = await StartAsync();
        service.Environment["SECTOKEN_IAM_PROFILE"] = service.Emulator.ProfileName;
        Assert.Equal(DiagnosticDescriptors.ProfileInvalid, (await service.FailAsync("42")).Descriptor);
        Assert.Empty(service.Emulator.Requests);
    }

    [Fact]
    public async Task A_metadata_service_that_is_switched_off_is_told_as_such()
    {
        await using ServiceFixture service = await StartAsync(EmulatorMetadata.Off);
        Failure failure = await service.FailAsync("42");
        Assert.Equal(DiagnosticDescriptors.MetadataUnavailable, failure.Descriptor);
        Assert.Contains("HTTP 404", failure.Message, StringComparison.Ordinal);
        Assert.Contains("disabled", failure.NextStep, StringComparison.Ordinal);
        Assert.Equal(2, service.Emulator.Requests.Count);
    }

    [Fact]
    public async Task Nobody_at_its_address_is_told_as_such()
    {
        using var closed = new ClosedPort();
        await using ServiceFixture service = await StartAsync();
        service.Environment["IBMCLOUD_CR_VPC_URL"] = closed.BaseUrl;
        Failure failure = await service.FailAsync("42");
        Assert.Equal(DiagnosticDescriptors.MetadataUnavailable, failure.Descriptor);
        Assert.Contains("connection refused", failure.Message, StringComparison.Ordinal);
        Assert.Contains("not a VPC instance", failure.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_at_its_address_is_not_waited_out()
    {
        // Nobody accepts, and the queue is full: whoever connects now gets no answer, as at an address that nobody has.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start(1);
        var endpoint = (IPEndPoint)silent.LocalEndpoint;
        List<Socket> queue = [];
        for (int i = 0; i < 8; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            queue.Add(socket);
            try
            {
                await socket.ConnectAsync(endpoint, new CancellationTokenSource(TimeSpan.FromSeconds(3)).Token);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        await using ServiceFixture service = await StartAsync();
        service.Environment["IBMCLOUD_CR_VPC_URL"] = $"http://127.0.0.1:{endpoint.Port}";

        // With the limits of a run the end of the attempt would come after ten seconds and be told as such.
        Failure failure = await service.FailAsync("42");
        Assert.Equal(DiagnosticDescriptors.MetadataUnavailable, failure.Descriptor);
        Assert.Contains("within 2 s", failure.Message, StringComparison.Ordinal);
        queue.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task No_proxy_is_asked_for_it()
    {
        await using FaultServer proxy = FaultServer.Answering(200, "application/json", "{}");
        await using ServiceFixture service = await StartAsync();
        service.Environment.Remove("IBMCLOUD_CR_VPC_URL");
        service.Environment["SECTOKEN_CREDENTIAL"] = "vpc";
        service.Environment["HTTP_PROXY"] = proxy.BaseUrl;
        service.Environment["ALL_PROXY"] = proxy.BaseUrl;
        Failure failure = await service.FailAsync("42");
        Assert.Equal(DiagnosticDescriptors.MetadataUnavailable, failure.Descriptor);
        Assert.Contains("169.254.169.254", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, proxy.Connections);
    }

    [Fact]
    public void Nobody_waits_for_it_who_has_not_said_anything_of_it()
    {
        Result<Credential> found = CredentialFinder.Find(new CredentialOptions { BaseDirectory = "/", ComputeTokenPaths = [] }, _ => null, TimeProvider.System);
        Assert.Equal(DiagnosticDescriptors.CredentialMissing, found.Failure!.Descriptor);
    }

    private static async Task<ServiceFixture> StartAsync(EmulatorMetadata metadata = EmulatorMetadata.Both)
    {
        ServiceFixture service = await ServiceFixture.StartAsync(options => options with { Metadata = metadata });
        service.Environment.Clear();
        service.Environment["IBMCLOUD_CR_VPC_URL"] = service.Emulator.BaseUrl.ToString().TrimEnd('/');
        return service;
    }
}
