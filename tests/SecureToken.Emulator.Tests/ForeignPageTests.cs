using System.Text.Json;
using SecureToken.Emulator.Tests.Support;
using SecureToken.TestSupport;
using SecureToken.TestSupport.Browsing;

namespace SecureToken.Emulator.Tests;

/// <summary>Another site's page, in the browser of somebody whose emulator runs.</summary>
[Collection(BrowserFixture.Name)]
public sealed class ForeignPageTests(BrowserFixture fixture) : EmulatorTest
{
    /// <summary>Asks in one way and says what became of it.</summary>
    private const string Attempt = """
        (async (address, options) => {
          try {
            const answer = await fetch(address, options);
            return `${answer.type} ${answer.status} ${await answer.text()}`;
          } catch (problem) {
            return problem.message;
          }
        })
        """;

    private static readonly string[] ChangingPaths =
    [
        "reset/42", "press?team=42", "session?team=42",
        "page/reset?user=Emulated%20User&team=30785", "page/session?user=Emulated%20User&team=42",
    ];

    [Theory]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://localhost")]
    [InlineData("http://evil.example")]
    public async Task It_can_neither_reset_nor_read(string site)
    {
        await using var foreign = FaultServer.Answering(200, "text/html", "<!DOCTYPE html><title>foreign</title><body>");
        var page = await fixture.Browser.NewPageAsync();
        await page.GoToAsync($"{site}:{new Uri(foreign.BaseUrl).Port}/");
        var before = Server.Teams.Select(team => Server.TokenOf(team.Id)).ToArray();
        foreach (var mode in new[] { "no-cors", "cors" })
        {
            var read = await TryAsync(page, "emulator/page/token/42", new { mode });
            Assert.DoesNotContain(Server.TokenOf(Payments), read, StringComparison.Ordinal);
            foreach (var path in ChangingPaths)
            {
                await TryAsync(page, "emulator/" + path, new { mode, method = "POST" });
            }
        }

        await page.EvaluateAsync($$"""
            new Promise((resolve) => {
              const frame = document.createElement('iframe');
              frame.name = 'target';
              document.body.append(frame);
              document.body.insertAdjacentHTML(
                  'beforeend', '<form method="post" target="target" action="{{Server.BaseUrl}}emulator/reset/42"></form>');
              frame.onload = () => resolve();
              document.forms[0].submit();
            })
            """);

        Assert.Equal(before, Server.Teams.Select(team => Server.TokenOf(team.Id)));
        Assert.Equal(SecureOperations, Server.SelectedTeam.Id);
    }

    [Fact]
    public async Task It_cannot_put_the_page_into_a_frame()
    {
        await using var foreign = FaultServer.Answering(200, "text/html", "<!DOCTYPE html><title>foreign</title><body>");
        var page = await fixture.Browser.NewPageAsync();
        await page.GoToAsync(foreign.BaseUrl);

        await page.EvaluateAsync($"new Promise((resolve) => {{ const frame = document.createElement('iframe'); frame.onload = resolve; frame.src = '{Server.BaseUrl}'; document.body.append(frame); }})");

        // The browser tells of it when the frame has long been there.
        await Wait.UntilAsync(
            "it complains of the frame",
            () => page.Complaints.Any(complaint => complaint.Contains("frame-ancestors", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_name_that_was_rebound_to_this_machine_shows_no_page_and_resets_nothing()
    {
        var page = await fixture.Browser.NewPageAsync();
        var token = Server.TokenOf(Payments);

        await page.GoToAsync($"http://rebound.example:{Server.BaseUrl.Port}/");
        var reset = await page.EvaluateAsync($"{Attempt}('/emulator/reset/42', {{ method: 'POST' }})");

        Assert.Contains("Host is not loopback", await page.TextAsync("body"), StringComparison.Ordinal);
        Assert.Contains("Host is not loopback", reset.GetString(), StringComparison.Ordinal);
        Assert.Equal(token, Server.TokenOf(Payments));
    }

    private async Task<string> TryAsync(BrowserPage page, string path, object options) =>
        (await page.EvaluateAsync($"{Attempt}('{Server.BaseUrl}{path}', {JsonSerializer.Serialize(options)})")).GetString()!;
}
