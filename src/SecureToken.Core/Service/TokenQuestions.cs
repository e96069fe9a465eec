using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Interop;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Service;

/// <summary>
/// Questions to a token itself: which team it belongs to, and whether it is accepted. No source shows that these questions take such a
/// token on every host, so an answer that only says "not here" is no verdict, and one 401 alone is none either.
/// </summary>
/// <param name="requests">How to ask.</param>
internal sealed class TokenQuestions(InstanceRequests requests)
{
    /// <summary>What a token may read that says nothing of its team: only whether it is accepted.</summary>
    private const string AcceptanceQuestion = "/api/customer/accessKeys";

    /// <summary>
    /// Where a token is asked who it is; an older service has the second one only. The last says only whether it is accepted.
    /// </summary>
    private static readonly string[] Questions = ["/api/users/me", "/api/user/me", AcceptanceQuestion];

    /// <summary>
    /// Asks the token itself which team it belongs to: the service answers with the default team's token when it does not know the
    /// team header.
    /// </summary>
    /// <param name="token">The token.</param>
    /// <param name="scope">Where it should belong.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="isProbe">True to ask once only.</param>
    /// <returns>What the token said; or that it is another team's, or rejected by two questions.</returns>
    [AsyncMethodBuilder(typeof(ReadyTaskBuilder<>))]
    public async Task<Result<TeamVerification>> VerifyAsync(
        Token token, TokenScope scope, CancellationToken cancellation, bool isProbe = false)
    {
        ArgumentNullException.ThrowIfNull(scope);
        Result<TeamVerification> told = await AskTeamAsync(token, scope, cancellation, isProbe ? Resend.Never : Resend.Freely);
        return told.Failure is null && told.Value.Team is { } id && id != scope.Team.Id
            ? Failure.Of(DiagnosticDescriptors.WrongTeam, scope, id.ToString(CultureInfo.InvariantCulture))
            : told;
    }

    /// <summary>The team that a token says it belongs to.</summary>
    [AsyncMethodBuilder(typeof(ReadyTaskBuilder<>))]
    public async Task<Result<TeamVerification>> AskTeamAsync(
        Token token, TokenScope scope, CancellationToken cancellation, Resend resend = Resend.Freely)
    {
        Result<Answers> asked = await WalkAsync(token, resend, answers => answers.Team is not null, cancellation);
        return !asked.Succeeded(out Answers? answers, out Failure? failure) ? failure
            : answers.Team is { } team ? new TeamVerification(team, $"GET {answers.TeamPath} reports its team")
            : answers.AreRejection ? Failure.Of(DiagnosticDescriptors.TokenRefused, scope, 401)
            : new TeamVerification(null, answers.FirstReason!);
    }

    /// <summary>
    /// Whether a token is accepted now: false when it is refused, null when the service cannot be asked that. Each question is asked once.
    /// </summary>
    public async Task<Result<bool?>> IsAcceptedAsync(Token token, CancellationToken cancellation)
    {
        Result<Answers> asked = await WalkAsync(token, Resend.Never, answers => answers.IsAccepted, cancellation);
        return !asked.Succeeded(out Answers? answers, out Failure? failure) ? failure
            : answers.IsAccepted ? true
            : answers.Rejections > 0 ? false
            : (bool?)null;
    }

    /// <summary>Asks one question after the other, until an answer is enough or two have rejected the token.</summary>
    [AsyncMethodBuilder(typeof(ReadyTaskBuilder<>))]
    private async Task<Result<Answers>> WalkAsync(
        Token token, Resend resend, Func<Answers, bool> isEnough, CancellationToken cancellation)
    {
        var answers = new Answers();
        foreach (string path in Questions)
        {
            Result<ApiResponse> sent =
                await requests.GetAsync(path, token, null, InstanceRequests.ListLimit, cancellation, resend);
            if (!sent.Succeeded(out ApiResponse? answer, out Failure? failure))
            {
                // 501 is not trouble that passes: the question does not exist there.
                if (requests.LastAnswer is not { Status: 501 })
                {
                    return failure;
                }

                answers.FirstReason ??= $"GET {path} returned HTTP 501";
                continue;
            }

            using (answer)
            {
                answers.Add(path, answer, path == AcceptanceQuestion ? null : CurrentTeamOf(answer));
                if (isEnough(answers) || answers.AreRejection)
                {
                    return answers;
                }

                if (!answer.IsSuccess && !SaysNotHere(answer.Status))
                {
                    return Failure.Of(DiagnosticDescriptors.ServiceRefused, requests.Name, answer.Status, answer.Nature);
                }
            }
        }

        return answers;
    }

    /// <summary>That a question cannot be asked there, or not with such a token.</summary>
    private static bool SaysNotHere(int status) => status is 400 or 401 or 403 or 404 or 405 or 501;

    /// <summary>Only this one member is read: the same answer holds access keys.</summary>
    private long? CurrentTeamOf(ApiResponse answer)
    {
        if (!answer.IsSuccess || !answer.Json(requests.Endpoint.ToString()).Succeeded(out JsonDocument? document, out _))
        {
            return null;
        }

        using (document)
        {
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("user"u8, out JsonElement user) && user.ValueKind == JsonValueKind.Object
                && user.TryGetProperty("currentTeam"u8, out JsonElement current) && current.ValueKind == JsonValueKind.Number
                && current.TryGetInt64(out long id)
                    ? id
                    : null;
        }
    }

    /// <summary>What the questions were answered so far.</summary>
    private sealed class Answers
    {
        /// <summary>The team that the token belongs to, as it said.</summary>
        public long? Team { get; private set; }

        /// <summary>Who said so.</summary>
        public string? TeamPath { get; private set; }

        /// <summary>Whether a question accepted the token.</summary>
        public bool IsAccepted { get; private set; }

        /// <summary>How many rejected it.</summary>
        public int Rejections { get; private set; }

        /// <summary>What the first question answered instead of a team.</summary>
        public string? FirstReason { get; set; }

        /// <summary>Two reject it, and none has accepted it.</summary>
        public bool AreRejection => Rejections == 2 && !IsAccepted;

        public void Add(string path, ApiResponse answer, long? team)
        {
            IsAccepted |= answer.IsSuccess;
            Rejections += answer.Status == 401 ? 1 : 0;
            if (team is not null)
            {
                (Team, TeamPath) = (team, path);
                return;
            }

            string status = answer.Status.ToString(CultureInfo.InvariantCulture);
            FirstReason ??= $"GET {path} returned HTTP {status}{(answer.IsSuccess ? " without currentTeam" : string.Empty)}";
        }
    }
}
