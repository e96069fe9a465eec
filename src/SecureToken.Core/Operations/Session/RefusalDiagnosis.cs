using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Service;

namespace SecureToken.Core.Operations.Session;

/// <summary>
/// The service gives the same answer to an instance without Secure API tokens and to an identity without a role, and it does not tell a
/// wrong region from a wrong instance. The resource controller knows; where it may be asked, it is.
/// </summary>
internal static class RefusalDiagnosis
{
    /// <summary>The failure that says more, or the one that is known already.</summary>
    public static async Task<Failure> ExplainAsync(
        Failure failure, ResolvedSettings settings, IamSession session, Transport transport, CancellationToken cancellation)
    {
        if (settings.Given.ResourceController is not { } endpoint
            || (failure.Descriptor != DiagnosticDescriptors.NotEnoughPrivileges
                && failure.Descriptor != DiagnosticDescriptors.InstanceUnknown
                && failure.Descriptor != DiagnosticDescriptors.IamTokenRefused))
        {
            return failure;
        }

        var controller = new ResourceController(transport, endpoint);
        Result<IReadOnlyList<InstanceEntry>> found =
            await session.UseAsync(transport, iam => controller.WithIdAsync(iam, settings.Instance.Id, cancellation), cancellation);
        if (found.Failure is not null || found.Value.FirstOrDefault(entry => entry.Id == settings.Instance.Id) is not { } instance)
        {
            return failure;
        }

        string what = $"{instance.Name} ({instance.Id})";
        return !instance.IsWorkloadProtection
            ? Failure.Of(DiagnosticDescriptors.InstanceOfOtherService, instance, InstanceLookup.NameOf(instance.Service))
            : IsElsewhere(instance, settings.Endpoint)
                ? Failure.Of(DiagnosticDescriptors.InstanceElsewhere, instance.Name, instance, settings.Endpoint)
            : instance.State is not ("active" or "") ? Failure.Of(DiagnosticDescriptors.InstanceNotActive, instance, instance.State)
            : failure.Descriptor != DiagnosticDescriptors.NotEnoughPrivileges ? failure
            : instance.AcceptsTokens ? Failure.Of(DiagnosticDescriptors.RoleMissing, what, settings.Endpoint)
            : Failure.Of(DiagnosticDescriptors.InstanceIamOnly, what, settings.Endpoint, instance.Name);
    }

    /// <summary>Only a host that is named after a region can be the wrong one.</summary>
    private static bool IsElsewhere(InstanceEntry instance, Endpoint endpoint)
    {
        string[] labels = endpoint.Host.Split('.');
        return endpoint.IsIbmCloud && Endpoint.KnownRegions.Any(labels.Contains) && !labels.Contains(instance.Region);
    }
}
