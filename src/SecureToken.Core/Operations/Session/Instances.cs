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
        IReadOnlyList<SettingsLayer> layers, HostTrust trust, CredentialOptions credentials, TransportOptions options,
            CancellationToken cancellation)
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

        using ServiceClient client = ServiceClient.Open(credentials, options);
        Result<IReadOnlyList<InstanceEntry>> all = await client.ListInstancesAsync(hosts.Iam, endpoint, cancellation);
        return all.Succeeded(out IReadOnlyList<InstanceEntry>? entries, out failure)
            ? entries.Where(entry => entry.IsWorkloadProtection && (hosts.Region is null || entry.Region == hosts.Region))
                .OrderBy(entry => entry.Name, StringComparer.OrdinalIgnoreCase).ToArray()
            : failure;
    }
}
