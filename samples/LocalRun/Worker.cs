using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace LocalRun;

/// <summary>Asks the API who it is, again and again. It knows nothing of tokens: the client's handler sets them.</summary>
internal sealed class Worker(
    IHttpClientFactory clients, IConfiguration configuration, TimeProvider clock, IHostApplicationLifetime lifetime) : BackgroundService
{
    private const string TokenKey = "Sysdig:SecureApiToken";

    private readonly Diary _diary = new(clock, Console.Out);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Some seconds of load, with as many callers as a small service has; or one caller until it is stopped.
        double seconds = configuration.GetValue("load", 0.0);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        if (seconds > 0)
        {
            end.CancelAfter(TimeSpan.FromSeconds(seconds));
        }

        TimeSpan pause = TimeSpan.FromMilliseconds(configuration.GetValue("LocalRun:IntervalMilliseconds", seconds > 0 ? 0 : 250));
        await Task.WhenAll(Enumerable.Range(0, seconds > 0 ? 8 : 1).Select(_ => CallAsync(pause, end.Token)));
        _diary.Close();
        Environment.ExitCode = _diary.Failed == 0 || seconds == 0 ? 0 : 1;
        lifetime.StopApplication();
    }

    private async Task CallAsync(TimeSpan pause, CancellationToken end)
    {
        HttpClient client = clients.CreateClient("sysdig");
        while (!end.IsCancellationRequested)
        {
            // What is on its way is waited for: a request that we end ourselves has not failed.
            _diary.Note(await CallAsync(client));
            try
            {
                await Task.Delay(pause, clock, end);
            }
            catch (OperationCanceledException)
            {
                // The end was asked for in the middle of a pause.
            }
        }
    }

    private async Task<Outcome> CallAsync(HttpClient client)
    {
        try
        {
            using HttpResponseMessage answer = await client.GetAsync("/api/users/me");

            // For the line in the diary alone.
            string token = configuration[TokenKey] ?? string.Empty;
            return answer.StatusCode switch
            {
                HttpStatusCode.OK => Outcome.Accepted(token, await ReadTeamAsync(answer)),
                HttpStatusCode.Unauthorized => Outcome.Refused(token),
                HttpStatusCode other => Outcome.Failed(string.Create(CultureInfo.InvariantCulture, $"status {(int)other}")),
            };
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError == HttpRequestError.UserAuthenticationError)
        {
            return Outcome.NoToken;
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or OperationCanceledException)
        {
            return Outcome.Failed(failure is HttpRequestException http ? http.HttpRequestError.ToString() : failure.GetType().Name);
        }
    }

    private static async Task<string> ReadTeamAsync(HttpResponseMessage answer)
    {
        using JsonDocument me = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync());
        return me.RootElement.TryGetProperty("user", out JsonElement user) && user.TryGetProperty("currentTeam", out JsonElement team)
            ? team.ToString() : "unknown";
    }
}
