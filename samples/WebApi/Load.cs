using System.Globalization;
using System.Net;

namespace WebApi;

/// <summary>Calls the program itself, several at a time, and says how many requests failed.</summary>
internal static class Load
{
    private static int _calls;

    public static async Task<bool> RunAsync(string address, int callers, TimeSpan time, TextWriter output)
    {
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        using var ended = new CancellationTokenSource(time);
        int[] counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => CallAsync(client, ended.Token)));
        int failed = counts.Sum();
        string refreshes = await client.GetStringAsync("/refreshes");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_calls} requests, {failed} failed, {refreshes} new tokens"));
        return failed == 0;
    }

    private static async Task<int> CallAsync(HttpClient client, CancellationToken ended)
    {
        int failed = 0;
        while (!ended.IsCancellationRequested)
        {
            using HttpResponseMessage response = await client.GetAsync("/me", CancellationToken.None);
            Interlocked.Increment(ref _calls);
            failed += response.StatusCode == HttpStatusCode.OK ? 0 : 1;
        }

        return failed;
    }
}
