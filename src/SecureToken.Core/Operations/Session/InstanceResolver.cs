using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Settings;
using SecureToken.Core.State;

namespace SecureToken.Core.Operations.Session;

/// <summary>Looks up the instance that a name means; with <see cref="Sharing"/> once for all processes that share answers.</summary>
/// <param name="options">How to ask.</param>
internal sealed class InstanceResolver(TransportOptions options)
{
    /// <summary>What tells one look-up from another.</summary>
    public static string KeyOf(TokenSettings settings) =>
        $"{settings.IamEndpoint}\n{settings.ResourceController}\n{settings.Region}\n{settings.Instance.Name}";

    public Task<Result<Instance>> ResolveAsync(
        TokenSettings settings, Sharing? sharing, IamSession session, Transport transport, CancellationToken cancellation) =>
        sharing is null
            ? InstanceLookup.FindAsync(settings, session, transport, cancellation)
            : RememberAsync(settings, sharing, session, transport, cancellation);

    private async Task<Result<Instance>> RememberAsync(
        TokenSettings settings, Sharing sharing, IamSession session, Transport transport, CancellationToken cancellation)
    {
        using InstanceMemory? memory =
            InstanceMemory.Open(KeyOf(settings), options.Deadline + TimeSpan.FromSeconds(20), options.Environment, cancellation);
        string credential = session.Credential.Fingerprint.Value;
        if (memory?.Read() is { } record && record.Credential == credential && IsFresh(record, sharing))
        {
            return record.Id is { } id ? new Instance(id, record.Region)
                : DiagnosticDescriptors.Find(record.Code!) is { } diagnostic
                    ? Failure.Remembered(diagnostic, record.Message!, record.NextStep!)
                : Failure.Of(DiagnosticDescriptors.Unexpected, nameof(InstanceRecord));
        }

        Result<Instance> found = await InstanceLookup.FindAsync(settings, session, transport, cancellation);
        if (found.Failure?.Descriptor != DiagnosticDescriptors.Cancelled)
        {
            DateTimeOffset now = options.Clock.GetUtcNow();
            memory?.Write(found.Failure is { } failure
                ? new InstanceRecord(
                    now, credential, null, string.Empty) { Code = failure.Code, Message = failure.Message, NextStep = failure.NextStep }
                : new InstanceRecord(now, credential, found.Value.Id, found.Value.Region!));
        }

        return found;
    }

    private bool IsFresh(InstanceRecord record, Sharing sharing)
    {
        TimeSpan life = record.Id is null
            ? Sharing.FailureLife : sharing.RefreshAfter > TimeSpan.Zero ? sharing.RefreshAfter : Sharing.LongestBuild;
        return options.Clock.GetUtcNow() - record.At is { Ticks: >= 0 } age && age < life;
    }
}
