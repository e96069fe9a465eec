using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using SecureToken.Emulator.Http;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Admin;

/// <summary>
/// The page at the root. The real UI lives on the API host, so a client that forgets <c>/api</c> gets HTML with status 200; and
/// somebody who tries a guided reset finds the Reset Token button here. Like everything under /emulator it shows no token.
/// </summary>
internal sealed class SettingsPage(EmulatorState state)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/", (RequestDelegate)GetAsync);

    private Task GetAsync(HttpContext context)
    {
        var rows = new StringBuilder();
        foreach (var team in state.Teams.All)
        {
            rows.Append(CultureInfo.InvariantCulture, $"""
                <li>{HtmlEncoder.Default.Encode(team.Name)} ({team.Id})
                <form method="post" action="/emulator/reset/{team.Id}"><button>Reset Token</button></form></li>

                """);
        }

        // Framed by another site, the buttons could be pressed by trickery, with our own origin.
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; form-action 'self'; frame-ancestors 'none'";
        return Reply.HtmlAsync(context, StatusCodes.Status200OK, $"""
            <!DOCTYPE html>
            <html lang="en">
            <head><title>Workload Protection (emulator)</title></head>
            <body>
            <h1>Settings &gt; User Profile</h1>
            <p>Instance {HtmlEncoder.Default.Encode(state.InstanceId)}</p>
            <h2>Sysdig Secure API</h2>
            <ul>
            {rows}</ul>
            </body>
            </html>

            """);
    }
}
