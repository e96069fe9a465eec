using System.Text.Json;

namespace SecureToken.Benchmarks.OfTool;

/// <summary>An IAM token that somebody else got.</summary>
internal static class IamToken
{
    /// <summary>Writes it into a file that only we can read.</summary>
    public static string Write(Workplace workplace)
    {
        using var client = new HttpClient { BaseAddress = workplace.Emulator.BaseUrl };
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "urn:ibm:params:oauth:grant-type:apikey",
            ["apikey"] = workplace.Emulator.ApiKey,
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, "identity/token") { Content = form };
        using HttpResponseMessage response = client.Send(request).EnsureSuccessStatusCode();
        using JsonDocument answer = JsonDocument.Parse(response.Content.ReadAsStream());
        string path = Path.Combine(workplace.Work, "iam-token");
        using (File.Open(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            // Only the mode, before there is something to read.
        }

        File.WriteAllText(path, answer.RootElement.GetProperty("access_token").GetString());
        return path;
    }
}
