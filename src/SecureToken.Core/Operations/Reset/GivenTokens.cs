using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Operations.Reset;

/// <summary>
/// The tokens of a reset without a credential: the old one is read from the copies, the new one is given by the person who has pressed the
/// button.
/// </summary>
/// <param name="plan">The copies, and what gives the new token.</param>
/// <param name="client">The service.</param>
/// <param name="settings">Which token.</param>
/// <param name="guide">The person.</param>
internal sealed class GivenTokens(InjectPlan plan, ServiceClient client, ResolvedSettings settings, IResetGuide guide)
{
    /// <summary>How often a person may give something else than the new token.</summary>
    private const int MostTries = 5;

    /// <summary>The token of the copies, if the service accepts it. The caller disposes it.</summary>
    /// <returns>It; 763 when no copy holds it; or why the service cannot be asked.</returns>
    public async Task<Result<FetchedToken>> FindOldAsync(CancellationToken cancellation)
    {
        foreach (Destination destination in plan.Destinations.Where(destination => destination.IsReadable))
        {
            Result<Token?> read = destination.ReadToken();
            if (read.Failure is not null || read.Value is not { } copy)
            {
                continue;
            }

            Result<FetchedToken> old = await client.AdoptAsync(settings, copy, ClientState.GivenTokenSource, cancellation);
            if (old.Failure is { } failure)
            {
                if (failure.Descriptor != DiagnosticDescriptors.TokenRefused && failure.Descriptor != DiagnosticDescriptors.WrongTeam)
                {
                    return failure;
                }
            }
            else if ((await client.ProbeAsync(settings, old.Value.Token, cancellation)).IsAccepted is { Failure: null, Value: false })
            {
                // Where verification is a warning only, or off, a dead token passes it.
                old.Value.Dispose();
            }
            else
            {
                return old;
            }
        }

        return Failure.Of(
            DiagnosticDescriptors.NoLivingCopy, $"team {settings.Team} of instance {settings.Instance} at {settings.Endpoint}");
    }

    /// <summary>Awaits the new token, and verifies it. The caller disposes it.</summary>
    public async Task<Result<FetchedToken>> AwaitNewAsync(FetchedToken before, CancellationToken cancellation)
    {
        for (int tries = 1; ; tries++)
        {
            Result<FetchedToken> given = await ReadAsync(before, cancellation);
            if (given.Failure is not { } failure || failure.Descriptor == DiagnosticDescriptors.Cancelled || tries == MostTries
                || !guide.AsksAgain(failure))
            {
                return given;
            }
        }
    }

    private async Task<Result<FetchedToken>> ReadAsync(FetchedToken before, CancellationToken cancellation)
    {
        // On a thread of its own: a read of a terminal cannot be cancelled.
        Task<Result<Token>> reading = Task.Run(
            () => CredentialValue.FromStream(plan.Credentials.OpenToken!, "standard input", CredentialText.ReadToken),
            CancellationToken.None);
        await ((Task)reading).WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (cancellation.IsCancellationRequested)
        {
            return Failure.Of(DiagnosticDescriptors.Cancelled);
        }

        if (!(await reading).Succeeded(out Token? token, out Failure? failure))
        {
            return failure;
        }

        if (token.Matches(before.Token.Utf8))
        {
            token.Dispose();
            return Failure.Of(DiagnosticDescriptors.GivenTokenUnchanged, "standard input", before.Scope);
        }

        var team = new TeamSelector(before.Scope.Team.Id, before.Scope.Team.Name);
        return await client.AdoptAsync(settings with { Team = team }, token, ClientState.GivenTokenSource, cancellation);
    }
}
