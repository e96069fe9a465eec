using System.Collections.Concurrent;
using System.Text.Json;

namespace SecureToken.TestSupport.Browsing;

/// <summary>Keeps what a page requested and what went wrong on it.</summary>
internal sealed class PageEvents
{
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentQueue<string> _requests = new();

    public IReadOnlyList<string> Complaints => [.. _complaints];

    public IReadOnlyList<string> Requests => [.. _requests];

    public void Hear(string method, JsonElement parameters)
    {
        switch (method)
        {
            case "Runtime.exceptionThrown":
                _complaints.Enqueue("script: " + Describe(parameters.GetProperty("exceptionDetails")));
                break;

            case "Runtime.consoleAPICalled" when parameters.GetProperty("type").GetString() is "error" or "warning" or "assert":
                _complaints.Enqueue("console: " + string.Join(' ', parameters.GetProperty("args").EnumerateArray().Select(argument => argument.ToString())));
                break;

            case "Log.entryAdded" when parameters.GetProperty("entry") is var entry && entry.GetProperty("level").GetString() is "error" or "warning":
                _complaints.Enqueue($"{entry.GetProperty("source").GetString()}: {entry.GetProperty("text").GetString()}");
                break;

            case "Network.requestWillBeSent":
                JsonElement request = parameters.GetProperty("request");
                _requests.Enqueue($"{request.GetProperty("method").GetString()} {request.GetProperty("url").GetString()}");
                break;
        }
    }

    public static string Describe(JsonElement details) =>
        details.TryGetProperty("exception", out JsonElement exception) &&
            exception.TryGetProperty("description", out JsonElement description)
            ? description.GetString()!
            : details.GetProperty("text").GetString()!;
}
