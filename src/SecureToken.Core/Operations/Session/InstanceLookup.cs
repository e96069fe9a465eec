using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;
using SecureToken.Core.Service;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Session;

/// <summary>
/// Finds the one Workload Protection instance that a name means. Names are not unique, so none and several are failures that list what
/// there is.
/// </summary>
internal static class InstanceLookup
{
    private const int MostListed = 10;

    /// <summary>The instance that the settings name.</summary>
    public static async Task<Result<Instance>> FindAsync(
        TokenSettings settings, IamSession session, Transport transport, CancellationToken cancellation)
    {
        string name = settings.Instance.Name!;
        if (settings.ResourceController is not { } endpoint)
        {
            return Failure.Of(DiagnosticDescriptors.LookupImpossible, name, settings.IamEndpoint);
        }

        var controller = new ResourceController(transport, endpoint);
        Result<IReadOnlyList<InstanceEntry>> found = await session.UseAsync(
            transport, iam => controller.WithNameAsync(iam, name, cancellation), cancellation);
        if (!found.Succeeded(out IReadOnlyList<InstanceEntry>? entries, out Failure? failure))
        {
            return failure;
        }

        // The service may compare names in its own way; ours is exact.
        InstanceEntry[] named = [.. entries.Where(entry => entry.Name == name)];
        InstanceEntry[] ours = [.. named.Where(entry => entry.IsWorkloadProtection)];
        InstanceEntry[] here = [.. ours.Where(entry => settings.Region is null || entry.Region == settings.Region)];
        return here switch
        {
            [var one] =>
                one.State is "active" or ""
                ? new Instance(one.Id, one.Region) : Failure.Of(DiagnosticDescriptors.InstanceNotActive, one, one.State),
            [] when ours.Length > 0 => Failure.Of(DiagnosticDescriptors.InstanceElsewhere, name, List(ours), settings.Region!),
            [] when named.FirstOrDefault() is { } other =>
                Failure.Of(DiagnosticDescriptors.InstanceOfOtherService, other, NameOf(other.Service)),
            [] => await NoneAsync(name, controller, session, transport, cancellation),
            _ => Failure.Of(DiagnosticDescriptors.InstanceAmbiguous, here.Length, name, List(here)),
        };
    }

    /// <summary>What a service is called.</summary>
    public static string NameOf(string service) => service == "sysdig-monitor" ? "Monitoring (sysdig-monitor)" : service;

    private static async Task<Failure> NoneAsync(
        string name, ResourceController controller, IamSession session, Transport transport, CancellationToken cancellation)
    {
        string account = string.Empty;
        Result<IReadOnlyList<InstanceEntry>> all = await session.UseAsync(transport, AllAsync, cancellation);
        InstanceEntry[] visible = all.Succeeded(out IReadOnlyList<InstanceEntry>? entries, out _)
            ? [.. entries.Where(entry => entry.IsWorkloadProtection).OrderBy(entry => Suggestion.Distance(name, entry.Name))]
            : [];
        return Failure.Of(
            DiagnosticDescriptors.InstanceNameUnknown, name, account.Length > 0
                ? account : "of the credential", visible.Length == 0 ? "It shows none at all" : $"It shows {List(visible)}");

        Task<Result<IReadOnlyList<InstanceEntry>>> AllAsync(IamToken iam)
        {
            account = IamClaims.AccountOf(iam.Utf8) ?? string.Empty;
            return controller.AllAsync(iam, cancellation);
        }
    }

    private static string List(InstanceEntry[] entries) =>
        string.Join("; ", entries.Take(MostListed))
            + (entries.Length > MostListed ? $" and {entries.Length - MostListed} more" : string.Empty);
}
