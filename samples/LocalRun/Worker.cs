using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace LocalRun;

/// <summary>Asks the API who it is, again and again, with whatever token the configuration has at that moment.</summary>
internal sealed class Worker(IConfiguration configuration, TimeProvider clock, IHostApplicationLifetime lifetime) : BackgroundService
{
    private const string TokenKey = "Sysdig:SecureApiToken";

    private readonly Diary _diary = new(clock, Console.Out);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!Uri.TryCreate(configuration["SECTOKEN_ENDPOINT"], UriKind.Absolute, out Uri? endpoint))
        {
            await Console.Error.WriteLineAsync("LocalRun: set SECTOKEN_ENDPOINT to the address of the service (see README.md)");
            Environment.ExitCode = 10;
            lifetime.StopApplication();
            return;
        }

        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = endpoint, Timeout = TimeSpan.FromSeconds(10) };
        TimeSpan pause = TimeSpan.FromMilliseconds(configuration.GetValue("LocalRun:IntervalMilliseconds", 250));
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // Read for every call, never kept: this is all that surviving a reset takes.
                string? token = configuration[TokenKey];
                _diary.Note(string.IsNullOrEmpty(token) ? Outcome.NoToken : await CallAsync(client, token, stoppingToken));
                await Task.Delay(pause, clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The end was asked for in the middle of a call or a pause.
            }
        }

        _diary.Close();
    }

    private static async Task<Outcome> CallAsync(HttpClient client, string token, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/users/me");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using HttpResponseMessage answer = await client.SendAsync(request, ct);
            return answer.StatusCode switch
            {
                HttpStatusCode.OK => Outcome.Accepted(token, await ReadTeamAsync(answer, ct)),
                HttpStatusCode.Unauthorized => Outcome.Refused(token),
                HttpStatusCode other => Outcome.Failed(string.Create(CultureInfo.InvariantCulture, $"status {(int)other}")),
            };
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException || (failure is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return Outcome.Failed(failure is HttpRequestException http ? http.HttpRequestError.ToString() : failure.GetType().Name);
        }
    }

    private static async Task<string> ReadTeamAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        using JsonDocument me = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(ct), cancellationToken: ct);
        return me.RootElement.TryGetProperty("user", out JsonElement user) && user.TryGetProperty("currentTeam", out JsonElement team) ? team.ToString() : "unknown";
    }
}
