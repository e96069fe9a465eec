using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Settings;
using SecureToken.Emulator;
using SecureToken.TestSupport;

namespace SecureToken.Core.Tests.Service;

/// <summary>A row: how the failure is met, and what must be told of it.</summary>
/// <param name="Name">The failure, with the number of its table.</param>
/// <param name="Meet">Brings it about.</param>
/// <param name="Code">The code.</param>
/// <param name="Exit">The exit status.</param>
/// <param name="Says">Words that the message or the next step must have.</param>
internal sealed record FailureRow(string Name, Func<FailurePlace, Task<Failure>> Meet, string Code, ExitStatus Exit, params string[] Says)
{
    /// <summary>How often something may be asked: what is refused is not asked again.</summary>
    public (int Times, string Method, string Path)? Asked { get; init; }
}

/// <summary>All rows: before and around HTTP, IAM, resource controller, and the calls for token, team and proof.</summary>
internal static class FailureTable
{
    private const string Privileges = "{\"errors\":[{\"reason\":\"Not enough privileges to complete the action\",\"message\":\"Access is denied\"}]}";
    private static readonly (int, string, string) NotAgain = (1, "GET", "/api/token");
    private static readonly (int, string, string) IamNotAgain = (1, "POST", "/identity/token");
    private static readonly TransportOptions Short = new() { Deadline = TimeSpan.FromSeconds(5) };
    private static readonly TransportOptions Shortest = new() { Deadline = TimeSpan.FromMilliseconds(700) };

    public static readonly IReadOnlyList<FailureRow> Rows =
    [
        // Before and around HTTP
        Key("9.1 key in braces", "{my-api-key-canary}", "braces or quotes"),
        Key("9.1 key in quotes", "\"my-api-key-canary\"", "braces or quotes"),
        Key("9.1 key with a blank", "my api key canary", "spaces, line ends"),
        Key("9.1 key with a line end", "my-api-key\r\nX-Evil:-canary", "spaces, line ends"),
        new("9.1 key that is empty", place => place.With("SECTOKEN_API_KEY", null).With("IBMCLOUD_API_KEY", "@/dev/null").FailAsync(), "SECTOK202", ExitStatus.NotAuthenticated, "is empty"),
        new("9.1 both token and key as options", place => Conflict(new CredentialOptions { BaseDirectory = "/", ApiKeyFile = "a", IamTokenFile = "b" }, place), "SECTOK107", ExitStatus.Usage, "--iam-token-file", "--api-key-file", "cannot be used together"),
        new("9.1 both team id and name", place => TeamTwice(place), "SECTOK107", ExitStatus.Usage, "SYSDIG_SECURE_TEAM_ID", "SYSDIG_SECURE_TEAM_NAME"),
        new("9.1 DNS, public host", place => place.FailAsync(endpoint: "https://eu-dd.security-compliance-secure.invalid"), "SECTOK301", ExitStatus.Unavailable, "eu-dd.security-compliance-secure.invalid", "spelling", "eu-de"),
        new("9.1 DNS, private host", place => place.FailAsync(endpoint: "https://private.eu-de.security-compliance-secure.invalid", transport: Short), "SECTOK302", ExitStatus.Unavailable, "private.eu-de", "VRF", "VPC", "without 'private.'"),
        new("9.1 connection refused", place => place.FailAsync(endpoint: place.ClosedPort.BaseUrl, transport: Short), "SECTOK303", ExitStatus.Unavailable, "connection refused", "http://127.0.0.1:"),
        new("9.1 connection reset", place => place.FailAsync(endpoint: place.Own(FaultServer.Behaving((_, stream, _) => ResetAsync(stream))).BaseUrl, transport: Short), "SECTOK303", ExitStatus.Unavailable, "http://127.0.0.1:"),
        new("9.1 no answer in time", place => place.FailAsync(endpoint: place.Own(FaultServer.Behaving((_, _, stop) => Task.Delay(Timeout.Infinite, stop))).BaseUrl, transport: Shortest), "SECTOK304", ExitStatus.Unavailable, "within 0.7 s", "--timeout"),
        new("9.1 proxy wants authentication", place => place.With("HTTPS_PROXY", place.Own(FaultServer.Answering(407, "text/html", string.Empty, "Proxy-Authenticate: Negotiate\r\n")).BaseUrl).FailAsync(endpoint: "https://service.invalid"), "SECTOK305", ExitStatus.Unavailable, "HTTP 407", "HTTPS_PROXY", "NO_PROXY"),
        new("9.1 proxy cannot be reached", place => place.With("HTTPS_PROXY", place.ClosedPort.BaseUrl).FailAsync(endpoint: "https://service.invalid", transport: Short), "SECTOK318", ExitStatus.Unavailable, "connection refused", "HTTPS_PROXY"),
        Tls("9.1 TLS trust", "127.0.0.1", -1, 1, "SECTOK306", "subject CN=emulated 127.0.0.1", "issuer CN=emulated 127.0.0.1", "--ca-bundle"),
        Tls("9.1 TLS name", "other.example", -1, 1, "SECTOK307", "subject CN=emulated other.example", "Check the endpoint"),
        Tls("9.1 TLS expired", "127.0.0.1", -9, -2, "SECTOK308", "expired at", "clock"),
        Tls("9.1 TLS clock skew", "127.0.0.1", 2, 9, "SECTOK317", "valid only from", "clock"),
        new("9.1 redirect", place => place.FailAtAsync(place.Server(CannedService.Token, 302, string.Empty, "Location: https://login.example/\r\n")), "SECTOK309", ExitStatus.Unavailable, "HTTP 302", "login page") { Asked = NotAgain },
        new("9.1 login page with 200", place => place.FailAtAsync(place.Server(CannedService.Token, 200, "<html>Sign in</html>", type: "text/html")), "SECTOK312", ExitStatus.Unavailable, "a web page", "Check the endpoint"),

        // IAM
        new("9.2 unknown key", place => place.With("SECTOKEN_API_KEY", FailurePlace.SomebodysKey).FailAsync(), "SECTOK204", ExitStatus.NotAuthenticated, "does not know the API key from SECTOKEN_API_KEY", "test or production", "wait and run again", "Request id ") { Asked = IamNotAgain },
        Iam("9.2 unknown key with 401", 401, "BXNIM0415E", "Provided API key could not be found.", "SECTOK204", "deleted or mistyped"),
        Iam("9.2 bad parameter 0106", 400, "BXNIM0106E", "Parameter is not valid.", "SECTOK205", "BXNIM0106E", "Parameter is not valid.", "Request id abc-1"),
        Iam("9.2 bad parameter 0602", 400, "BXNIM0602E", "Property missing.", "SECTOK205", "BXNIM0602E"),
        Iam("9.2 interactive login", 400, "BXNIM0400E", "External authentication is needed.", "SECTOK206", "interactive login", "service ID"),
        Iam("9.2 token expired 0407", 400, "BXNIM0407E", "Token is invalid.", "SECTOK207", "ibmcloud login"),
        Iam("9.2 refresh expired 0408", 400, "BXNIM0408E", "Refresh token expired.", "SECTOK207", "ibmcloud login"),
        Iam("9.2 session inactive 0439", 400, "BXNIM0439E", "Session is inactive.", "SECTOK207", "ibmcloud login"),
        new("9.2 account locked", place => place.FailAtAsync(place.Server(CannedService.Iam, 401, "{\"errorCode\":\"BXNIM0400E\",\"errorMessage\":\"External authentication failed.\",\"requirements\":{\"code\":\"BXNIM0400E_AccountLocked\"},\"context\":{\"requestId\":\"abc-1\"}}")), "SECTOK224", ExitStatus.NotAuthenticated, "is locked", "30 minutes", "abc-1") { Asked = IamNotAgain },
        Iam("9.2 second factor", 401, "BXNIM0400E", "External authentication failed.", "SECTOK206", "interactive login"),
        Iam("9.2 key disabled", 400, "BXNIM0462E", "API key is disabled.", "SECTOK225", "is disabled", "Enable it", "abc-1"),
        Iam("9.2 user suspended", 401, "BXNIM0436E", "User is suspended.", "SECTOK226", "suspended in the account", "abc-1"),
        Iam("9.2 user not active", 400, "BXNIM0410E", "User not found or not active.", "SECTOK226", "unknown or not active"),
        Iam("9.2 property missing", 400, "BXNIM0109E", "Property missing or empty: apikey.", "SECTOK205", "BXNIM0109E", "Property missing or empty: apikey."),
        Iam("9.2 wrong method", 405, "BXNIM0060E", "Method not allowed.", "SECTOK205", "BXNIM0060E"),
        OfComputeResource("9.2 compute token expired", "BXNIM0407E", "The token is not valid."),
        OfComputeResource("9.2 compute token unknown", "BXNIM0415E", "Not found."),
        new("9.2 profile not assumed", place => place.With("SECTOKEN_CREDENTIAL", "iam-assume").With("SECTOKEN_IAM_PROFILE", "Profile-1").FailAtAsync(place.Own(AssumingServer(assumes: false))), "SECTOK223", ExitStatus.NotAuthenticated, "Profile-1", "SECTOKEN_API_KEY", "Cannot be assumed.", "Trust relationship") { Asked = (2, "POST", "/identity/token") },
        new("9.2 key of a profile unknown", place => place.With("SECTOKEN_CREDENTIAL", "iam-assume").With("SECTOKEN_IAM_PROFILE", "Profile-1").FailAtAsync(place.Server(CannedService.Iam, 400, "{\"errorCode\":\"BXNIM0415E\"}")), "SECTOK204", ExitStatus.NotAuthenticated, "SECTOKEN_API_KEY") { Asked = IamNotAgain },
        new("9.2 trouble with IAM's own request id", place => place.FailAtAsync(place.Server(CannedService.Iam, 500, "{\"errorCode\":\"BXNIM0050E\",\"context\":{\"requestId\":\"iam-77\"}}")), "SECTOK311", ExitStatus.Unavailable, "HTTP 500", "Request id iam-77."),
        new("9.2 nothing there", place => place.FailAtAsync(place.Server(CannedService.Iam, 404, "<html>canary</html>", type: "text/html")), "SECTOK210", ExitStatus.Unavailable, "HTTP 404", "/identity/token returned", "a web page") { Asked = IamNotAgain },
        Iam("9.2 locked key", 400, "BXNIM0437E", "API key is locked.", "SECTOK208", "API key is locked.", "locked"),
        Iam("9.2 address not allowed", 403, "BXNIM0513E", "Access denied by the account.", "SECTOK208", "HTTP 403", "restricts IAM to certain IP addresses"),
        new("9.2 profile not linked", place => Compute(place).With("IBMCLOUD_CR_PROFILE", "another").FailAsync(), "SECTOK216", ExitStatus.NotAuthenticated, "another", "linked to this compute resource") { Asked = IamNotAgain },
        new("9.2 compute token missing", place => place.With("SECTOKEN_CREDENTIAL", "compute-resource").FailAsync(), "SECTOK221", ExitStatus.NotAuthenticated, "/var/run/secrets/tokens/vault-token, /var/run/secrets/tokens/sa-token, /var/run/secrets/codeengine.cloud.ibm.com/compute-resource-token/token"),
        new("9.2 compute token empty", place => Compute(place).With("IBMCLOUD_CR_TOKEN", "@/dev/null").FailAsync(), "SECTOK222", ExitStatus.NotAuthenticated, "is empty"),
        new("9.2 compute token unreadable", place => Compute(place).With("IBMCLOUD_CR_TOKEN", "@/nowhere").FailAsync(), "SECTOK203", ExitStatus.NotAuthenticated, "no such file"),
        new("9.2 profile not named", place => Compute(place).With("IBMCLOUD_CR_PROFILE", null).FailAsync(), "SECTOK213", ExitStatus.NotAuthenticated, "SECTOKEN_IAM_PROFILE"),
        new("9.2 metadata service off", place => place.With("SECTOKEN_API_KEY", null).With("IBMCLOUD_CR_VPC_URL", place.Server((CannedService.Identity, 404, "{}")).BaseUrl).FailAsync(), "SECTOK217", ExitStatus.NotAuthenticated, "disabled", "not a VPC instance"),
        new("9.2 no VPC instance", place => place.With("SECTOKEN_API_KEY", null).With("IBMCLOUD_CR_VPC_URL", place.ClosedPort.BaseUrl).FailAsync(), "SECTOK217", ExitStatus.NotAuthenticated, "connection refused", "not a VPC instance"),
        Planned("9.2 rate limit", "/identity/token", 429, TimeSpan.FromHours(1), "SECTOK310", ExitStatus.Unavailable, IamNotAgain, "3600 s"),
        Planned("9.2 trouble that lasts", "/identity/token", 503, TimeSpan.Zero, "SECTOK311", ExitStatus.Unavailable, (9, "POST", "/identity/token"), "HTTP 503", "after 9 attempts"),
        Planned("9.2 not implemented", "/identity/token", 501, null, "SECTOK311", ExitStatus.Unavailable, IamNotAgain, "HTTP 501"),
        new("9.2 refusal that is not JSON", place => place.FailAtAsync(place.Server(CannedService.Iam, 400, "<html>canary</html>", type: "text/html")), "SECTOK210", ExitStatus.Unavailable, "HTTP 400", "a web page") { Asked = IamNotAgain },
        new("9.2 success that is not JSON", place => place.FailAtAsync(place.Server(CannedService.Iam, 200, "unauthorized canary", type: "text/plain")), "SECTOK312", ExitStatus.Unavailable, "plain text"),
        new("9.2 given token has ended", place => place.With("SECTOKEN_API_KEY", null).With("IC_IAM_TOKEN", "eyJhbGciOiJub25lIn0.eyJleHAiOjE1MDAwMDAwMDB9.c2ln").FailAsync(), "SECTOK209", ExitStatus.NotAuthenticated, "2017-07-14", "one hour"),
        new("9.2 token of a moment ago has ended", place => place.FailAtAsync(place.Server(CannedService.Iam, 200, "{\"access_token\":\"eyJhbGciOiJub25lIn0.eyJleHAiOjE1MDAwMDAwMDB9.c2ln\"}")), "SECTOK317", ExitStatus.Unavailable, "clock"),

        // Resource controller
        new("9.3 401", place => place.FailAtAsync(place.Server(CannedService.Instances, 401, "{\"message\":\"Token expired\",\"code\":401,\"global_transaction_id\":\"t-1\"}"), instance: "wp"), "SECTOK212", ExitStatus.NotAuthenticated, "Token expired") { Asked = (2, "POST", "/identity/token") },
        new("9.3 403", place => place.FailAtAsync(place.Server(CannedService.Instances, 403, "{\"message\":\"Forbidden\",\"code\":403,\"global_transaction_id\":\"t-1\"}"), instance: "wp"), "SECTOK414", ExitStatus.Refused, "Viewer", "GUID or the CRN", "Transaction id t-1"),
        new("9.3 no match", place => place.FailAtAsync(place.Server("nowhere", 200, "{}"), instance: "another"), "SECTOK410", ExitStatus.Refused, "'another'", $"wp (eu-de, {CannedService.Instance}, active)"),
        new("9.3 several matches", place => place.FailAtAsync(place.Server(CannedService.Instances, 200, Instances(("wp", "sysdig-secure", "active"), ("wp", "sysdig-secure", "active"))), instance: "wp"), "SECTOK411", ExitStatus.Refused, "eu-de", "GUID or the CRN"),
        new("9.3 a Monitoring instance", place => place.FailAtAsync(place.Server(CannedService.Instances, 200, Instances(("wp", "sysdig-monitor", "active"))), instance: "wp"), "SECTOK412", ExitStatus.Refused, "Monitoring"),
        new("9.3 not active", place => place.FailAtAsync(place.Server(CannedService.Instances, 200, Instances(("wp", "sysdig-secure", "pending_reclamation"))), instance: "wp"), "SECTOK413", ExitStatus.Refused, "pending_reclamation"),
        new("9.3 rate limit", place => place.FailAtAsync(place.Server(CannedService.Instances, 429, "{}", "Retry-After: 3600\r\n"), instance: "wp"), "SECTOK310", ExitStatus.Unavailable, "3600 s"),
        new("9.3 trouble that lasts", place => place.FailAtAsync(place.Server(CannedService.Instances, 500, "{}", "Retry-After: 0\r\n"), instance: "wp"), "SECTOK311", ExitStatus.Unavailable, "HTTP 500", "after 9 attempts"),
        new("9.3 another refusal", place => place.FailAtAsync(place.Server(CannedService.Instances, 400, "{\"message\":\"Bad query\",\"global_transaction_id\":\"t-1\"}"), instance: "wp"), "SECTOK415", ExitStatus.Refused, "Bad query", "t-1"),

        // Token, team and proof
        Planned("9.4 IAM token refused", "/api/token", 401, null, "SECTOK212", ExitStatus.NotAuthenticated, (2, "POST", "/identity/token"), "rejected the IAM token"),
        new("9.4 wrong GUID", place => place.FailAsync(instance: "11111111-2222-3333-4444-555555555555"), "SECTOK402", ExitStatus.Refused, "11111111-2222-3333-4444-555555555555", "the region and the instance match", "/api/token"),
        new("9.4 wrong region", WrongRegionAsync, "SECTOK418", ExitStatus.Refused, "us-south", "eu-de", "region of the instance"),
        new("9.4 GUID of a Monitoring instance", place => place.FailAtAsync(place.Server((CannedService.Token, 404, "{}"), (CannedService.Instances, 200, OneInstance("sysdig-monitor", "ANY"))), instance: CannedService.Instance), "SECTOK412", ExitStatus.Refused, "Monitoring"),
        new("9.4 teams of Monitoring alone", place => place.FailAtAsync(place.Server(CannedService.Teams, 200, "{\"teams\":[{\"id\":7,\"name\":\"ops\",\"products\":[\"SDC\"]}]}"), team: "payments"), "SECTOK403", ExitStatus.Refused, "GUID may be that of a Monitoring instance"),
        new("9.4 IAM_ONLY", place => Refusing(place, "IAM_ONLY"), "SECTOK416", ExitStatus.Refused, "on purpose", "IBMInstanceID", "ANY") { Asked = NotAgain },
        new("9.4 role too low", place => Refusing(place, "ANY"), "SECTOK417", ExitStatus.Refused, "Manager", "a few minutes") { Asked = NotAgain },
        new("9.4 cannot tell", place => place.FailAtAsync(place.Server(CannedService.Token, 403, Privileges)), "SECTOK401", ExitStatus.Refused, "Either", "IAM_ONLY", "external_api_auth", "Manager") { Asked = NotAgain },
        new("9.4 context-based restriction", place => place.FailAtAsync(place.Server(CannedService.Token, 403, "{\"type\":\"forbidden\",\"message\":\"Access is restricted by context\"}")), "SECTOK408", ExitStatus.Refused, "restricted by context", "context-based restrictions", "--private") { Asked = NotAgain },
        new("9.4 team name unknown", place => place.FailAsync("paymnets"), "SECTOK403", ExitStatus.Refused, "Did you mean 'payments'?", "payments (42)"),
        new("9.4 team id unknown", place => place.FailAsync("4711"), "SECTOK403", ExitStatus.Refused, "payments (42)") { Asked = NotAgain },
        new("9.4 team header ignored", IgnoredAsync, "SECTOK404", ExitStatus.Refused, "token of team 30785", "Nothing was written"),
        new("9.4 no token in the answer", place => place.FailAtAsync(place.Server(CannedService.Token, 200, "{\"token\":{}}")), "SECTOK405", ExitStatus.Unavailable, "token.key"),
        new("9.4 the text null as the token", place => place.FailAtAsync(place.Server(CannedService.Token, 200, "{\"token\":{\"key\":\"null\"}}")), "SECTOK405", ExitStatus.Unavailable, "token.key"),
        new("9.4 text on 200", place => place.FailAtAsync(place.Server(CannedService.Token, 200, "unauthorized", type: "text/plain")), "SECTOK312", ExitStatus.Unavailable, "plain text"),
        new("9.4 unusual base path", place => place.FailAsync(endpoint: place.Service.Emulator.BaseUrl + "gateway/v1"), "SECTOK402", ExitStatus.Refused, "HTTP 404", "/gateway/v1/api/token"),
        new("9.4 nothing there", place => place.FailAtAsync(place.Server(CannedService.Token, 404, "<html>canary</html>", type: "text/html")), "SECTOK312", ExitStatus.Unavailable, "HTTP 404", "/api/token returned", "a web page") { Asked = NotAgain },
        new("9.4 the API key as the token", place => place.FailAtAsync(place.Server(CannedService.Token, 200, $"{{\"token\":{{\"key\":\"{place.Service.Emulator.ApiKey}\"}}}}")), "SECTOK420", ExitStatus.Unavailable, "the credential that IAM was sent", "Nothing was written"),
        new("9.4 the IAM token as the token", place => place.FailAtAsync(place.Server(CannedService.Token, 200, "{\"token\":{\"key\":\"header.payload.signature\"}}")), "SECTOK420", ExitStatus.Unavailable, "the IAM token that it was sent", "Nothing was written"),
        new("9.4 conflict", place => place.FailAtAsync(place.Server(CannedService.Token, 409, "{\"errors\":[{\"reason\":\"Conflict\",\"message\":\"Try another\"}]}")), "SECTOK408", ExitStatus.Refused, "HTTP 409", "Conflict: Try another"),
        new("9.4 unprocessable", place => place.FailAtAsync(place.Server(CannedService.Token, 422, "{\"type\":\"x\",\"message\":\"Cannot be processed\"}")), "SECTOK408", ExitStatus.Refused, "HTTP 422", "Cannot be processed"),
        new("9.4 media type", place => place.FailAtAsync(place.Server(CannedService.Token, 415, "{\"error\":\"Unsupported\"}")), "SECTOK408", ExitStatus.Refused, "HTTP 415", "Unsupported"),
        Planned("9.4 rate limit", "/api/token", 429, TimeSpan.FromSeconds(14400), "SECTOK310", ExitStatus.Unavailable, NotAgain, "14400 s"),
        Planned("9.4 trouble 500", "/api/token", 500, TimeSpan.Zero, "SECTOK311", ExitStatus.Unavailable, (9, "GET", "/api/token"), "HTTP 500", "after 9 attempts"),
        Planned("9.4 trouble 502", "/api/token", 502, TimeSpan.Zero, "SECTOK311", ExitStatus.Unavailable, (9, "GET", "/api/token"), "HTTP 502"),
        Planned("9.4 trouble 503", "/api/token", 503, TimeSpan.Zero, "SECTOK311", ExitStatus.Unavailable, (9, "GET", "/api/token"), "HTTP 503"),
        Planned("9.4 trouble 504", "/api/token", 504, TimeSpan.Zero, "SECTOK311", ExitStatus.Unavailable, (9, "GET", "/api/token"), "HTTP 504"),
        Planned("9.4 not implemented", "/api/token", 501, null, "SECTOK311", ExitStatus.Unavailable, NotAgain, "HTTP 501"),
        Planned("9.4 proof refused", "/api/user", 401, null, "SECTOK406", ExitStatus.Refused, (2, "GET", "/api/users/me"), "reset a moment ago", "IAM_ONLY", "Run again"),
        new("9.4 proof not there", UnprovenAsync, "SECTOK407", ExitStatus.Done, "was not verified"),
    ];

    private static FailureRow Key(string name, string key, string why) =>
        new(name, place => place.Protect(key).With("SECTOKEN_API_KEY", key).FailAsync(), "SECTOK202", ExitStatus.NotAuthenticated, "SECTOKEN_API_KEY", why) { Asked = (0, "POST", "/identity/token") };

    private static FailureRow Tls(string name, string host, int from, int to, string code, params string[] says) => new(
        name,
        async place =>
        {
            using X509Certificate2 certificate = Certificates.SelfSigned(host, from, to);
            return await place.FailAsync(endpoint: place.Own(FaultServer.WithCertificate(certificate)).BaseUrl);
        },
        code, ExitStatus.Unavailable, says);

    private static FailureRow Iam(string name, int status, string errorCode, string message, string code, params string[] says) => new(
        name,
        place => place.FailAtAsync(place.Server(CannedService.Iam, status, $"{{\"errorCode\":\"{errorCode}\",\"errorMessage\":\"{message}\",\"context\":{{\"requestId\":\"abc-1\",\"clientIp\":\"192.0.2.7\"}}}}")),
        code, ExitStatus.NotAuthenticated, says) { Asked = IamNotAgain };

    /// <summary>The same code says nothing of an API key or a login where neither is there.</summary>
    private static FailureRow OfComputeResource(string name, string errorCode, string message) => new(
        name,
        place => Compute(place).FailAtAsync(place.Server(CannedService.Iam, 400, $"{{\"errorCode\":\"{errorCode}\",\"errorMessage\":\"{message}\",\"context\":{{\"requestId\":\"abc-1\"}}}}")),
        "SECTOK216", ExitStatus.NotAuthenticated, errorCode, message, "linked to this compute resource", "abc-1") { Asked = IamNotAgain };

    /// <summary>IAM that knows the API key, and perhaps lets its identity assume a profile.</summary>
    public static FaultServer AssumingServer(bool assumes, Action<string>? onAssume = null) => CannedService.Start(CannedService.Iam, (request, stream, stop) =>
    {
        bool isAssume = request.Contains("grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aassume", StringComparison.Ordinal);
        if (isAssume)
        {
            onAssume?.Invoke(request);
        }

        return stream.WriteAsync(
            isAssume && !assumes ? CannedService.Answer(400, "{\"errorCode\":\"BXNIM0511E\",\"errorMessage\":\"Cannot be assumed.\",\"context\":{\"requestId\":\"abc-1\"}}")
                : CannedService.Answer(200, $"{{\"access_token\":\"{(isAssume ? "profile.payload.signature" : "eyJhbGciOiJub25lIn0.eyJhY2NvdW50Ijp7ImJzcyI6ImFjYzEifX0.c2ln")}\",\"expires_in\":3600}}"), stop).AsTask();
    });

    private static FailureRow Planned(string name, string path, int status, TimeSpan? wait, string code, ExitStatus exit, (int, string, string) asked, params string[] says) => new(
        name,
        place =>
        {
            place.Service.Emulator.FailNext(20, status, path, wait);
            return place.FailAsync();
        },
        code, exit, says) { Asked = asked };

    private static Task<Failure> Conflict(CredentialOptions options, FailurePlace place) =>
        Task.FromResult(CredentialFinder.Find(options, place.Service.Environment.GetValueOrDefault, TimeProvider.System).Failure!);

    private static Task<Failure> TeamTwice(FailurePlace place)
    {
        place.With("SYSDIG_SECURE_TEAM_ID", "42").With("SYSDIG_SECURE_TEAM_NAME", "payments");
        return Task.FromResult(SettingsLayer.FromEnvironment(place.Service.Environment.GetValueOrDefault).Failure!);
    }

    private static FailurePlace Compute(FailurePlace place) => place.With("SECTOKEN_API_KEY", null)
        .With("IBMCLOUD_CR_TOKEN", place.Service.Emulator.ComputeResourceToken).With("IBMCLOUD_CR_PROFILE", place.Service.Emulator.ProfileId);

    private static Task<Failure> Refusing(FailurePlace place, string authentication) => place.FailAtAsync(
        place.Server((CannedService.Token, 403, Privileges), (CannedService.Instances, 200, OneInstance("sysdig-secure", authentication))), instance: CannedService.Instance);

    private static Task<Failure> IgnoredAsync(FailurePlace place)
    {
        place.Service.Emulator.TeamHeader = HonouredTeamHeader.None;
        return place.FailAsync();
    }

    private static Task<Failure> UnprovenAsync(FailurePlace place)
    {
        place.Service.Emulator.FailNext(2, 404, "/api/user");
        return place.WarnAsync();
    }

    /// <summary>The host of another region, which knows nothing of the instance.</summary>
    private static Task<Failure> WrongRegionAsync(FailurePlace place)
    {
        place.Service.KnowsController = true;
        place.Service.Emulator.FailNext(1, 404, "/api/token");
        return place.FailAsync(
            endpoint: "https://us-south.security-compliance-secure.cloud.ibm.com",
            transport: new TransportOptions { Handler = () => new Rerouting(place.Service.Emulator.BaseUrl) });
    }

    private static string Instances(params (string Name, string Service, string State)[] instances) =>
        $"{{\"resources\":[{string.Join(',', instances.Select(Describe))}]}}";

    private static string OneInstance(string service, string authentication) =>
        $"{{\"resources\":[{Describe("wp", CannedService.Instance, service, "active", authentication)}]}}";

    private static string Describe((string Name, string Service, string State) instance) => Describe(instance.Name, Guid.NewGuid().ToString("D"), instance.Service, instance.State, "ANY");

    private static string Describe(string name, string id, string service, string state, string authentication) =>
        $"{{\"name\":\"{name}\",\"guid\":\"{id}\",\"crn\":\"crn:v1:bluemix:public:{service}:eu-de:a/1:{id}::\",\"state\":\"{state}\",\"parameters\":{{\"external_api_auth\":\"{authentication}\"}}}}";

    private static Task ResetAsync(Stream stream)
    {
        // Closed with this, a connection ends with a reset.
        ((NetworkStream)stream).Socket.LingerState = new LingerOption(true, 0);
        return Task.CompletedTask;
    }

    /// <summary>Takes what is meant for a host of IBM Cloud to the emulator.</summary>
    private sealed class Rerouting(Uri emulator) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            base.SendAsync(Rerouted(request), cancellationToken);

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
            base.Send(Rerouted(request), cancellationToken);

        private HttpRequestMessage Rerouted(HttpRequestMessage request)
        {
            request.RequestUri = new Uri(emulator, request.RequestUri!.PathAndQuery);
            return request;
        }
    }
}
