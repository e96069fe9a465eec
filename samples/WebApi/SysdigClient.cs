using System.Text.Json;

namespace WebApi;

/// <summary>A typed client of the service. It knows nothing of tokens: its handler sets them.</summary>
internal sealed class SysdigClient(HttpClient http)
{
    public async Task<(int Status, string? Team)> WhoAmIAsync(CancellationToken cancellation)
    {
        using HttpResponseMessage response = await http.GetAsync("/api/users/me", cancellation);
        if (!response.IsSuccessStatusCode)
        {
            return ((int)response.StatusCode, null);
        }

        using Stream body = await response.Content.ReadAsStreamAsync(cancellation);
        using JsonDocument me = await JsonDocument.ParseAsync(body, cancellationToken: cancellation);
        return ((int)response.StatusCode, me.RootElement.GetProperty("user").GetProperty("currentTeam").ToString());
    }
}
