using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using SecureToken.Core.Destinations.Cluster;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;
using SecureToken.Core.Service;

namespace SecureToken.Fuzzing.Targets;

/// <summary>
/// What the service, the resource controller and the API server of a cluster answer. The first byte of an input chooses status and
/// question, the rest is the body of every answer.
/// </summary>
internal static class ServiceTarget
{
    private const string InstanceId = "1b7ad6f0-5c0d-4a53-9d5b-0e6f3c5a7d11";

    private static readonly SearchValues<byte> Breakers = SearchValues.Create("\"'` \r\n$:\\"u8);
    private static readonly int[] Statuses = [200, 200, 200, 401, 403, 404, 400, 302];
    private static readonly Endpoint Endpoint = Endpoint.Parse("https://eu-de.security-compliance-secure.cloud.ibm.com").Value;
    private static readonly Instance Instance = new(InstanceId, "eu-de");
    private static readonly Team Team = new(42, "payments");
    private static readonly IamToken Bearer = new("header.payload.signature"u8, null);

    public static void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        byte[] body = input[1..];
        int status = Statuses[input[0] % Statuses.Length];
        var options = new TransportOptions { Handler = () => new Answering(status, body), Environment = static _ => null };
        using Transport transport = new(options);
        SecureApi api = new(transport, Endpoint, Instance);
        switch (input[0] / Statuses.Length % 4)
        {
            case 0:
                Token(Told(api.Tokens.FetchAsync(Bearer, Team, CancellationToken.None)), body);
                break;
            case 1:
                Teams(Told(api.Teams.ListAsync(Bearer, CancellationToken.None)));
                Told(api.Teams.FindAsync(Bearer, new TeamSelector(null, "payments"), CancellationToken.None));
                break;
            case 2:
                Own(api, body);
                break;
            default:
                ResourceController controller = new(transport, Endpoint.PublicResourceController);
                if (Told(controller.WithNameAsync(Bearer, "wp", CancellationToken.None)) is { } found)
                {
                    Claim.That(found.All(entry => !entry.ToString().Any(char.IsControl)), "no terminal obeys an instance");
                }

                Cluster(body);
                break;
        }
    }

    private static void Token(Token? token, byte[] body)
    {
        using (token)
        {
            if (token is null)
            {
                return;
            }

            // A body without a member twice, and the text at token.key of it.
            using JsonDocument document = JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false });
            string? key = document.RootElement.GetProperty("token").GetProperty("key").GetString();
            Claim.That(token.Matches(Encoding.UTF8.GetBytes(key!)), "the token is the answer's");
            Claim.That(!token.Utf8.ContainsAny(Breakers), "no format can be broken out of");
        }
    }

    private static void Teams(IReadOnlyList<TeamEntry>? teams)
    {
        if (teams is { Count: > 0 })
        {
            Claim.IsCoded(ServiceDiagnosis.UnknownTeam(Endpoint, Instance, new TeamSelector(null, "paymnets"), teams));
        }
    }

    private static void Own(SecureApi api, byte[] body)
    {
        using Token token = Core.Secrets.Token.TryCreate("0f8fad5b-d9cb-469f-a165-70867728950e"u8)!;
        TeamVerification? told = Told(api.Questions.VerifyAsync(token, new TokenScope(Endpoint, Instance, Team), CancellationToken.None));
        Claim.That(told?.Team is null or 42, $"a token of another team is refused: {told?.Team}, {Corpus.Escape(body)}");
        Told(api.Questions.IsAcceptedAsync(token, CancellationToken.None));
    }

    private static void Cluster(byte[] body)
    {
        using ApiResponse answer = new(200, "application/json", [.. body], body.Length);
        if (!SecretSnapshot.Read(answer, "https://10.0.0.1", "sysdig", "token", "sectoken.build/fingerprint.token")
            .Succeeded(out SecretSnapshot? secret, out Failure? failure))
        {
            Claim.IsCoded(failure);
            return;
        }

        using (secret)
        {
            Claim.That(
                secret.Version.Length > 0 && (secret.Value is null || secret.Holds(secret.Value)),
                "a Secret has a version and holds its value");
        }
    }

    /// <summary>The value; or null, and the failure is one that a user can be told.</summary>
    private static T? Told<T>(Task<Result<T>> asked)
    {
        Claim.That(asked.IsCompleted, "nothing is waited for");
        if (asked.Result.Succeeded(out T? value, out Failure? failure))
        {
            return value;
        }

        Claim.IsCoded(failure);
        return default;
    }

    private sealed class Answering(int status, byte[] body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage answer = new((HttpStatusCode)status) { Content = new ByteArrayContent(body), RequestMessage = request };
            return Task.FromResult(answer);
        }
    }
}
