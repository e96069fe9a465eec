using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Settings;
using SecureToken.Core.State;

namespace SecureToken.Core.Operations.Session;

/// <summary>
/// The instances that the names of one run mean. Each name is looked up once for all tokens of the run; with <see cref="Sharing"/> once for
/// all runs that share answers.
/// </summary>
/// <param name="options">How to ask.</param>
internal sealed class NamedInstances(TransportOptions options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task<Result<Instance>>> _known = [];

    /// <summary>The settings with the instance that their name means.</summary>
    /// <param name="settings">Settings with a name.</param>
    /// <param name="sharing">How the answer is shared; null looks it up in any case.</param>
    /// <param name="session">Who asks.</param>
    /// <param name="transport">The network.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<Result<TokenSettings>> ResolveAsync(TokenSettings settings, Sharing? sharing, IamSession session, Transport transport, CancellationToken cancellation)
    {
        string key = KeyOf(settings);
        Task<Result<Instance>>? looking;
        lock (_gate)
        {
            if (!_known.TryGetValue(key, out looking))
            {
                looking = sharing is null
                    ? InstanceLookup.FindAsync(settings, session, transport, cancellation)
                    : RememberAsync(key, settings, sharing, session, transport, cancellation);
                _known.Add(key, looking);
            }
        }

        return (await looking.ConfigureAwait(false)).Succeeded(out Instance? found, out Failure? failure) ? settings.Resolve(found) : failure;
    }

    private static string KeyOf(TokenSettings settings) => $"{settings.IamEndpoint}\n{settings.ResourceController}\n{settings.Region}\n{settings.Instance.Name}";

    private async Task<Result<Instance>> RememberAsync(
        string key, TokenSettings settings, Sharing sharing, IamSession session, Transport transport, CancellationToken cancellation)
    {
        using InstanceMemory? memory = InstanceMemory.Open(key, options.Deadline + TimeSpan.FromSeconds(20), options.Environment, cancellation);
        string fingerprint = session.Credential.Fingerprint.Value;
        if (memory?.Read() is { } record && record.Credential == fingerprint && IsFresh(record, sharing))
        {
            return record.Id is { } id ? new Instance(id, record.Region)
                : DiagnosticDescriptors.Find(record.Code!) is { } diagnostic ? new Failure(diagnostic, record.Message!, record.NextStep!)
                : Failure.Of(DiagnosticDescriptors.Unexpected, nameof(InstanceRecord));
        }

        Result<Instance> found = await InstanceLookup.FindAsync(settings, session, transport, cancellation).ConfigureAwait(false);
        if (found.Failure?.Descriptor != DiagnosticDescriptors.Cancelled)
        {
            memory?.Write(found.Failure is { } failure
                ? new InstanceRecord(options.Clock.GetUtcNow(), fingerprint, null, string.Empty) { Code = failure.Code, Message = failure.Message, NextStep = failure.NextStep }
                : new InstanceRecord(options.Clock.GetUtcNow(), fingerprint, found.Value.Id, found.Value.Region!));
        }

        return found;
    }

    private bool IsFresh(InstanceRecord record, Sharing sharing)
    {
        TimeSpan life = record.Id is null ? Sharing.FailureLife : sharing.RefreshAfter > TimeSpan.Zero ? sharing.RefreshAfter : Sharing.LongestBuild;
        return options.Clock.GetUtcNow() - record.At is { Ticks: >= 0 } age && age < life;
    }
}
