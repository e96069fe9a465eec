using System.Net;
using System.Text;

namespace SecureToken.StorageProbe;

/// <summary>IAM and the service in one file: its content is the living token, so it survives whoever is killed.</summary>
internal sealed class FileService(string path) : HttpMessageHandler
{
    /// <summary>Gives the team a new token, on a disk that fills up at that moment when the test says so.</summary>
    public static void Reset(string path)
    {
        FullDisk.Fill();
        string fresh = path + ".new";
        File.WriteAllText(fresh, Guid.NewGuid().ToString("D"));
        File.Move(fresh, path, overwrite: true);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string token = File.ReadAllText(path);
        switch (request.RequestUri!.AbsolutePath)
        {
            case "/identity/token":
                return Answer(HttpStatusCode.OK, """{"access_token":"an-iam-token","token_type":"Bearer","expires_in":3600,"expiration":4102444800}""");
            case "/api/token":
                return Answer(HttpStatusCode.OK, "{\"token\":{\"key\":\"" + token + "\"}}");
            case "/api/users/me":
                bool isAlive = request.Headers.TryGetValues("Authorization", out IEnumerable<string>? values) && values.Single() == "Bearer " + token;
                return Answer(isAlive ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, """{"user":{"currentTeam":42}}""");
            case { } when request.Method == HttpMethod.Get:
                return Answer(HttpStatusCode.NotFound, "{}");
            default:
                Reset(path);
                return Answer(HttpStatusCode.OK, "{}");
        }
    }

    private static Task<HttpResponseMessage> Answer(HttpStatusCode status, string body) =>
        Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") });
}
