using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;
using SecureToken.Core.State;

namespace SecureToken.Core.Operations.Reset;

/// <content>The ways to a new token: a person at the page, a person who gives it to us, a request.</content>
internal sealed partial class ResetRun
{
    /// <summary>Awaits that a person presses the button.</summary>
    private async Task<Result<Token>> GuideAsync(CancellationToken cancellation)
    {
        if (Begin(ResetStage.Waiting) is { } failure)
        {
            return failure;
        }

        // A person takes minutes, and a build that waits for one of these files gives up after half of one. The proof stands; the locks are
        // taken again when there is something to write.
        Release();
        await _others!.BeginAsync(cancellation);
        _guide.Point(InstructionsFor(isTokenGiven: false));
        Result<Token?> seen = await _poller!.AwaitAsync(_plan.Times.Wait, looksAtOnce: false, cancellation);
        if (seen.Failure is null && seen.Value is { } token)
        {
            return token;
        }

        // An interrupted or vain wait leaves everything as it was. After another failure the token may have changed unseen, so the journal
        // stays.
        return seen.Failure is null ? Close(Failure.Of(DiagnosticDescriptors.ResetNotSeen, _scope!, DurationText.Of(_plan.Times.Wait)))
            : seen.Failure.Descriptor == DiagnosticDescriptors.Cancelled ? Close(seen.Failure)
            : seen.Failure;
    }

    /// <summary>
    /// Awaits that a person presses the button and gives the new token. Meanwhile the old one is asked whether it is still accepted.
    /// </summary>
    private async Task<ResetReport> FollowGivenAsync(GivenTokens given, CancellationToken cancellation)
    {
        if (Begin(ResetStage.Waiting) is { } failure)
        {
            return Report(failure);
        }

        Release();
        _guide.Point(InstructionsFor(isTokenGiven: true));
        await using var probe =
            new RevocationProbe(_client, _settings, _before!.Token, _poller!.LastAlive, Clock, _plan.Times.Pauses);
        Result<FetchedToken> found = await given.AwaitNewAsync(_before, cancellation);
        if (!found.Succeeded(out FetchedToken? token, out Failure? none))
        {
            // While the old token lives nothing has changed. Where it is dead the journal stays, and --resume asks for the new one.
            return Report(probe.FirstRefused is null ? Close(none) : none);
        }

        using (token)
        {
            _guide.Noticed(token.Fingerprint);
            return await CompleteAsync(token, probe, cancellation);
        }
    }

    private ResetInstructions InstructionsFor(bool isTokenGiven) =>
        new(_scope!, _before!.Identity, ResetInstructions.PageOf(_scope!.Endpoint), _destinations, _plan.Times.Wait)
        {
            IsTokenGiven = isTokenGiven,
        };

    /// <summary>Sends the request once, and lets the token itself tell what became of it.</summary>
    private async Task<Result<Token>> RequestAsync(ResetRequest request, CancellationToken cancellation)
    {
        if (!_plan.IsConfirmed)
        {
            Release();
            if (!await _guide.ConfirmAsync(request, _scope!, _destinations.Count, cancellation))
            {
                return Failure.Of(DiagnosticDescriptors.ResetNotConfirmed, _scope!);
            }

            if (Prove(cancellation) is { } refusal)
            {
                return refusal;
            }
        }

        if (Begin(ResetStage.Requested) is { } failure)
        {
            return failure;
        }

        if (!(await _client.SendResetAsync(_settings, request, _scope!.Team, cancellation))
            .Succeeded(out (ResponseEvidence? Evidence, Failure? Trouble) answer, out Failure? notSent))
        {
            return Close(notSent);
        }

        _evidence.AddRange(new[] { answer.Evidence }.OfType<ResponseEvidence>());
        bool isRefusal = answer.Evidence is { Status: >= 400 and < 500 and not 408 };
        Result<Token?> seen = await _poller!.AwaitAsync(isRefusal ? TimeSpan.Zero : _plan.Times.Settling, looksAtOnce: true, cancellation);
        if (seen.Failure is null && seen.Value is { } token)
        {
            return token;
        }

        string answered = answer.Evidence is { } evidence ? $"HTTP {evidence.Status}" : answer.Trouble!.Message.TrimEnd('.');
        return seen.Failure is null && _poller.Trouble is null && isRefusal
            ? Close(Failure.Of(DiagnosticDescriptors.ResetRequestRefused, _scope, request, answer.Evidence!.Status))
            : seen.Failure?.Descriptor == DiagnosticDescriptors.Cancelled ? seen.Failure
            : Failure.Of(DiagnosticDescriptors.ResetOutcomeUnknown, _scope, request, answered, Seen(seen.Failure ?? _poller.Trouble));
    }

    private string Seen(Failure? trouble) =>
        trouble is null
            ? $"{DurationText.Of(_plan.Times.Settling)} later the token was still the same"
            : $"the token cannot be read ({trouble.Message.TrimEnd('.')})";
}
