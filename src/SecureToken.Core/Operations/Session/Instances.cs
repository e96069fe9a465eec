using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Service;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Session;

/// <summary>Lists the Workload Protection instances that an identity may see.</summary>
public static class Instances
{
    /// <summary>Lists them, by name.</summary>
    /// <param name="layers">What the settings say, the strongest first; no instance need be among it.</param>
    /// <param name="trust">Which hosts a committed file may name.</param>
    /// <param name="credentials">Who we are.</param>
    /// <param name="options">How to ask.</param>
    /// <param name="cancellation">Ends the waits.</param>
    public static async Task<Result<IReadOnlyList<InstanceEntry>>> ListAsync(
        IReadOnlyList<SettingsLayer> layers, HostTrust trust, CredentialOptions credentials, TransportOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!ServiceHosts.Resolve(layers, null, trust).Succeeded(out ServiceHosts? hosts, out Failure? failure))
        {
            return failure;
        }

        if (hosts.ResourceController is not { } endpoint)
        {
            return Failure.Of(DiagnosticDescriptors.InstancesNotListed, hosts.Iam);
        }

        if (!CredentialFinder.Find(credentials, options.Environment, options.Clock).Succeeded(out Credential? credential, out failure))
        {
            return failure;
        }

        using (credential)
        {
            using var transport = new Transport(options);
            using var session = new IamSession(credential, hosts.Iam, options.Clock);
            var controller = new ResourceController(transport, endpoint);
            Result<IReadOnlyList<InstanceEntry>> all = await session.UseAsync(transport, iam => controller.AllAsync(iam, cancellation), cancellation).ConfigureAwait(false);
            return all.Succeeded(out IReadOnlyList<InstanceEntry>? entries, out failure)
                ? entries.Where(entry => entry.IsWorkloadProtection && (hosts.Region is null || entry.Region == hosts.Region)).OrderBy(entry => entry.Name, StringComparer.OrdinalIgnoreCase).ToArray()
                : failure;
        }
    }
}
