using System.Net.Http.Headers;
using System.Text.Json;

namespace SecureToken.Emulator.Tests.Support;

/// <summary>An answer, read to its end.</summary>
internal sealed record Answer(int Status, string? MediaType, string Body, HttpResponseHeaders Headers)
{
    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>The documented error shape of the service.</summary>
    public (string? Reason, string? Message) Error
    {
        get
        {
            var error = Json.GetProperty("errors")[0];
            return (error.GetProperty("reason").GetString(), error.GetProperty("message").GetString());
        }
    }

    public string Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(",", values) : "";
}
