using System.Net;
using Microsoft.Extensions.Hosting;
using SecureToken.Extensions.Tests.Support;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Extensions.Tests;

/// <summary>A token in a file that another program keeps current.</summary>
public sealed class FileTests
{
    [Theory]
    [InlineData("token", "{0}\n")]
    [InlineData("api.env", "# comment\nOTHER=1\nSysdig__SecureApiToken={0}\n")]
    [InlineData("api.env", "export Sysdig__SecureApiToken=\"{0}\"\r\n")]
    [InlineData("secrets.json", "{{ \"Sysdig\": {{ \"SecureApiToken\": \"{0}\" }}, /* comment */ \"a\": 1 }}")]
    [InlineData("secrets.json", "{{ \"Sysdig:SecureApiToken\": \"{0}\" }}")]
    public async Task A_file_is_followed_when_it_is_replaced_and_the_service_is_not_asked_for_a_token(string name, string format)
    {
        await using Site site = await Site.StartAsync();
        string path = site.Directory.Write(name, Fill(format, site.Token));
        using IHost program = site.Program(options => options.File = path);
        HttpClient client = Site.ClientOf(program);
        Assert.Equal(HttpStatusCode.OK, await Site.CallAsync(client));
        for (int reset = 0; reset < 3; reset++)
        {
            string fresh = site.Emulator.ResetToken(Site.Team);
            File.Move(site.Directory.Write(name + ".new", Fill(format, fresh)), path, overwrite: true);
            await Wait.UntilAsync("the configuration has the new token", () => Site.TokenIn(program) == fresh);
            Assert.Equal(HttpStatusCode.OK, await Site.CallAsync(client));
        }

        Assert.Equal(0, site.Fetches);
    }

    [Fact]
    public async Task A_request_that_is_rejected_reads_the_file_at_once()
    {
        await using Site site = await Site.StartAsync();
        string path = site.Directory.Write("token", site.Token);
        using IHost program = site.Program(options => options.File = path);
        File.Move(site.Directory.Write("new", site.Emulator.ResetToken(Site.Team)), path, overwrite: true);
        Assert.Equal(HttpStatusCode.OK, await Site.CallAsync(Site.ClientOf(program)));
    }

    [Fact]
    public async Task The_links_of_a_Kubernetes_volume_are_followed_through_their_exchange()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A Kubernetes volume is a chain of links on Linux.");
        await using Site site = await Site.StartAsync();
        string volume = site.Directory.Create("volume");
        site.Directory.Write("volume/..v0/token", site.Token);
        File.CreateSymbolicLink(Path.Combine(volume, "..data"), "..v0");
        File.CreateSymbolicLink(Path.Combine(volume, "token"), Path.Combine("..data", "token"));
        using IHost program = site.Program(options => options.File = Path.Combine(volume, "token"));
        for (int reset = 1; reset <= 3; reset++)
        {
            // What the kubelet does: a new directory, a link to it, and the rename of that link.
            string fresh = site.Emulator.ResetToken(Site.Team);
            site.Directory.Write($"volume/..v{reset}/token", fresh);
            File.CreateSymbolicLink(Path.Combine(volume, "..data_tmp"), $"..v{reset}");
            (await new Command(site.Directory.Path).RunAsync(volume, "mv", "-T", "..data_tmp", "..data")).Exits(0);
            Directory.Delete(Path.Combine(volume, $"..v{reset - 1}"), recursive: true);
            await Wait.UntilAsync("the configuration has the new token", () => Site.TokenIn(program) == fresh);
            Assert.Equal(HttpStatusCode.OK, await Site.CallAsync(Site.ClientOf(program)));
        }
    }

    [Fact]
    public async Task A_file_that_is_gone_or_broken_for_a_while_leaves_the_token_that_there_was()
    {
        await using Site site = await Site.StartAsync();
        string path = site.Directory.Write("token", site.Token);
        using IHost program = site.Program(options => options.File = path);
        HttpClient client = Site.ClientOf(program);
        File.Delete(path);
        await Wait.UntilAsync("the missing file is logged", () => site.Logged.Any(line => line.Contains("SECTOK504:", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.OK, await Site.CallAsync(client));
        site.Directory.Write("token", "this is no token at all");
        await Wait.UntilAsync("the broken file is logged", () => site.Logged.Any(line => line.Contains("SECTOK643:", StringComparison.Ordinal)));
        Assert.DoesNotContain(site.Logged, line => line.Contains("this is no token", StringComparison.Ordinal));
        Assert.Equal(site.Token, Site.TokenIn(program));
        string fresh = site.Emulator.ResetToken(Site.Team);
        site.Directory.Write("token", fresh);
        await Wait.UntilAsync("the configuration has the new token", () => Site.TokenIn(program) == fresh);
    }

    [Fact]
    public async Task A_token_of_another_team_in_the_file_is_refused_where_the_team_is_given_by_its_id()
    {
        await using Site site = await Site.StartAsync();
        string path = site.Directory.Write("token", site.Token);
        using IHost program = site.Program(options => (options.File, options.Team) = (path, "42"));
        string own = site.Token;

        // The services of the program have its log.
        Site.ClientOf(program);
        File.Move(site.Directory.Write("new", site.Emulator.TokenOf("other")), path, overwrite: true);
        await Wait.UntilAsync("the other team is logged", () => site.Logged.Any(line => line.Contains("SECTOK404:", StringComparison.Ordinal)));
        Assert.Equal(own, Site.TokenIn(program));
    }

    [Fact]
    public async Task A_program_with_a_file_starts_while_the_service_is_away()
    {
        await using Site site = await Site.StartAsync();
        string path = site.Directory.Write("token", site.Token);
        site.Emulator.FailNext(100, 503);
        using IHost program = site.Program(options => (options.File, options.Team) = (path, "42"));
        Assert.Equal(site.Token, Site.TokenIn(program));
    }

    [Fact]
    public async Task A_pipe_or_a_directory_holds_nobody()
    {
        await using Site site = await Site.StartAsync();
        string directory = site.Directory.Create("token");
        Assert.Equal("SECTOK504", Assert.Throws<SecureTokenException>(() => site.Program(options => options.File = directory)).Code);
        if (!OperatingSystem.IsWindows())
        {
            (await new Command(site.Directory.Path).RunAsync(site.Directory.Path, "mkfifo", "pipe")).Exits(0);
            Assert.Equal("SECTOK504", Assert.Throws<SecureTokenException>(() => site.Program(options => options.File = site.Directory["pipe"])).Code);
        }
    }

    [Fact]
    public async Task A_configuration_alone_needs_no_endpoint_and_a_client_without_one_sends_no_token()
    {
        await using Site site = await Site.StartAsync();
        string path = site.Directory.Write("token", site.Token);
        using var network = new Network((_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)));
        using IHost program = site.Program(
            options => (options.File, options.Endpoint, options.Instance, options.Team) = (path, null, null, null), handler: () => network);
        Assert.Equal(site.Token, Site.TokenIn(program));
        await Site.CallAsync(Site.ClientOf(program));
        Assert.Null(Assert.Single(network.Sent).Authorization);
    }

    private static string Fill(string format, string token) => string.Format(System.Globalization.CultureInfo.InvariantCulture, format, token);
}
