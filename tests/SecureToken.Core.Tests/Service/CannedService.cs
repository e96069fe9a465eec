using System.Text;
using SecureToken.TestSupport;

namespace SecureToken.Core.Tests.Service;

/// <summary>
/// IAM, the service, the resource controller and the metadata service in one, with one good answer for each path. A test replaces one of
/// them. The emulator never says what a test wants it to say; this does.
/// </summary>
internal static class CannedService
{
    public const string Iam = "POST /identity/token";
    public const string Token = "GET /api/token";
    public const string TeamByName = "GET /api/v2/teams/light/name/";
    public const string Teams = "GET /api/teams";
    public const string TeamsOfPlatform = "GET /platform/v1/teams";
    public const string Me = "GET /api/users/me";
    public const string Instances = "GET /v2/resource_instances";
    public const string Identity = "PUT /instance_identity/v1/token";
    public const string IdentityExchange = "POST /instance_identity/v1/iam_token";

    public const string Instance = "1b7ad6f0-5c0d-4a53-9d5b-0e6f3c5a7d11";
    public const string Value = "0f8fad5b-d9cb-469f-a165-70867728950e";

    /// <summary>The good answers, in the order in which a run with an instance's and a team's name asks.</summary>
    public static readonly IReadOnlyDictionary<string, string> Good = new Dictionary<string, string>
    {
        [Identity] = "{\"access_token\":\"identity.of.instance\",\"expires_in\":300}",
        [IdentityExchange] = "{\"access_token\":\"header.payload.signature\",\"expires_in\":3600}",
        [Iam] = "{\"access_token\":\"header.payload.signature\",\"expires_in\":3600}",
        [Instances] = $"{{\"resources\":[{{\"name\":\"wp\",\"guid\":\"{Instance}\",\"crn\":\"crn:v1:bluemix:public:sysdig-secure:eu-de:a/1:{Instance}::\",\"state\":\"active\"}}]}}",
        [TeamByName] = "{\"team\":{\"id\":42,\"name\":\"payments\"}}",
        [Teams] = "{\"teams\":[{\"id\":42,\"name\":\"payments\"}]}",
        [TeamsOfPlatform] = "{\"page\":{\"matched\":1},\"data\":[{\"id\":42,\"name\":\"payments\",\"isDefaultTeam\":true,\"product\":\"secure\"}]}",
        [Token] = $"{{\"token\":{{\"key\":\"{Value}\"}}}}",
        [Me] = "{\"user\":{\"currentTeam\":42}}",
    };

    /// <summary>A whole answer.</summary>
    public static byte[] Answer(int status, string body, string headers = "", string type = "application/json") => Encoding.UTF8.GetBytes(
        $"HTTP/1.1 {status} X\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}Connection: close\r\n\r\n{body}");

    /// <summary>Starts it.</summary>
    /// <param name="path">The path with another answer, one of the constants.</param>
    /// <param name="answer">Gives that answer. What is asked before it finds nothing, when it is a list of teams that is replaced.</param>
    public static FaultServer Start(string path, Func<string, Stream, CancellationToken, Task> answer) =>
        Start(new Dictionary<string, Func<string, Stream, CancellationToken, Task>> { [path] = answer });

    /// <summary>Starts it with several other answers.</summary>
    public static FaultServer Start(IReadOnlyDictionary<string, Func<string, Stream, CancellationToken, Task>> other) => FaultServer.Behaving((head, stream, stop) =>
    {
        string? known = Good.Keys.FirstOrDefault(key => head.StartsWith(key, StringComparison.Ordinal));
        return known is not null && other.TryGetValue(known, out Func<string, Stream, CancellationToken, Task>? answer) ? answer(head, stream, stop)
            : known is null || (known == TeamByName && other.ContainsKey(Teams)) || (known is TeamByName or Teams && other.ContainsKey(TeamsOfPlatform)) ? stream.WriteAsync(Answer(404, "{\"status\":404}"), stop).AsTask()
            : stream.WriteAsync(Answer(200, Good[known]), stop).AsTask();
    });
}
