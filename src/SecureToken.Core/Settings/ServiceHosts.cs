using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;

namespace SecureToken.Core.Settings;

/// <summary>
/// Which servers are asked. Each can be given by itself; what is not given follows from the region and from <c>--private</c>.
/// </summary>
/// <param name="Endpoint">The service; null while the region is not known.</param>
/// <param name="Iam">IAM.</param>
/// <param name="ResourceController">The resource controller; null when none belongs to this service and IAM.</param>
/// <param name="Region">The region that was given.</param>
/// <param name="IsPrivate">Whether private hosts are meant.</param>
internal sealed record ServiceHosts(Endpoint? Endpoint, Endpoint Iam, Endpoint? ResourceController, string? Region, bool IsPrivate)
{
    /// <summary>Takes each value from the first layer that gives it.</summary>
    /// <param name="layers">The strongest first.</param>
    /// <param name="regionOfInstance">The region that the instance's CRN names, if it does.</param>
    /// <param name="trust">Which hosts a committed file may name.</param>
    public static Result<ServiceHosts> Resolve(IReadOnlyList<SettingsLayer> layers, string? regionOfInstance, HostTrust trust)
    {
        if (!IsPrivateMeant(layers).Succeeded(out bool isPrivate, out Failure? failure))
        {
            return failure;
        }

        Result<Endpoint?> endpoint = ResolveEndpoint(layers, regionOfInstance, isPrivate, trust);
        return endpoint.Failure is not null ? endpoint.Failure : Around(endpoint.Value, layers, trust);
    }

    /// <summary>The servers that belong to an endpoint.</summary>
    /// <param name="endpoint">The endpoint; null while the region is not known.</param>
    /// <param name="layers">The strongest first.</param>
    /// <param name="trust">Which hosts a committed file may name.</param>
    public static Result<ServiceHosts> Around(Endpoint? endpoint, IReadOnlyList<SettingsLayer> layers, HostTrust trust)
    {
        Result<bool> isPrivate = IsPrivateMeant(layers);
        Result<Endpoint?> iam = Read(layers, layer => layer.IamEndpoint, trust);
        Result<Endpoint?> controller = Read(layers, layer => layer.ResourceController, trust);
        if ((isPrivate.Failure ?? iam.Failure ?? controller.Failure) is { } fault)
        {
            return fault;
        }

        // An environment of IBM's own for tests has everything of its own.
        bool isTest = endpoint is { IsIbmCloud: true } && endpoint.Host.Contains(".test.", StringComparison.OrdinalIgnoreCase);
        Endpoint iamOfCloud = isTest ? Endpoint.Parse("https://iam.test.cloud.ibm.com").Value
            : isPrivate.Value ? Endpoint.PublicIam.ToPrivate() : Endpoint.PublicIam;
        Endpoint asked = iam.Value ?? iamOfCloud;

        // The IAM token of an emulator, or of someone else, is nothing for IBM Cloud.
        bool isCloud = asked.IsIbmCloud && endpoint is null or { IsIbmCloud: true };
        Endpoint? controllerOfCloud = !isCloud ? null
            : isTest ? Endpoint.Parse("https://resource-controller.test.cloud.ibm.com").Value
            : isPrivate.Value ? Endpoint.PublicResourceController.ToPrivate() : Endpoint.PublicResourceController;
        return new ServiceHosts(endpoint, asked, controller.Value ?? controllerOfCloud, Placing(layers)?.RegionName, isPrivate.Value);
    }

    private static Result<Endpoint?> ResolveEndpoint(
        IReadOnlyList<SettingsLayer> layers, string? regionOfInstance, bool isPrivate, HostTrust trust)
    {
        SettingsLayer? layer = Placing(layers);
        if (layer is { Region: { } one, Endpoint: { } other })
        {
            return Failure.Of(DiagnosticDescriptors.SettingsConflict, one.Source.Name, other.Source.Name);
        }

        if (layer?.Endpoint is not null)
        {
            return Read(layer.Endpoint, layers.Select(at => at.Endpoint), trust);
        }

        if (layer?.Region is { } given && regionOfInstance is not null
            && !string.Equals(regionOfInstance, given.Text.Trim(), StringComparison.OrdinalIgnoreCase))
        {
            return Failure.Of(
                DiagnosticDescriptors.SettingsConflict, $"{given.Source.Name}={given.Text.Trim()}", $"the CRN's region {regionOfInstance}");
        }

        return (layer?.RegionName ?? regionOfInstance) is not { } region ? (Endpoint?)null
            : Endpoint.FromRegion(region).Succeeded(out Endpoint? endpoint, out Failure? failure)
                ? isPrivate ? endpoint.ToPrivate() : endpoint
            : failure;
    }

    private static SettingsLayer? Placing(IReadOnlyList<SettingsLayer> layers) =>
        layers.FirstOrDefault(layer => layer.Region is not null || layer.Endpoint is not null);

    private static Result<bool> IsPrivateMeant(IReadOnlyList<SettingsLayer> layers) =>
        layers.Select(layer => layer.Private).FirstOrDefault(given => given is not null) is not { } given ? false
        : bool.TryParse(given.Text, out bool isPrivate) ? isPrivate
        : Failure.Of(DiagnosticDescriptors.SettingInvalid, given.Source.Name, "***", "it must be true or false");

    private static Result<Endpoint?> Read(IReadOnlyList<SettingsLayer> layers, Func<SettingsLayer, SettingValue?> pick, HostTrust trust) =>
        Read(layers.Select(pick).FirstOrDefault(given => given is not null), layers.Select(pick), trust);

    /// <summary>
    /// The endpoint that takes effect. What a committed file says is also trusted where the user says the same of the same server.
    /// </summary>
    private static Result<Endpoint?> Read(SettingValue? given, IEnumerable<SettingValue?> all, HostTrust trust) =>
        given is null ? (Endpoint?)null
        : !Endpoint.Parse(given.Text).Succeeded(out Endpoint? parsed, out Failure? failure) ? failure
        : all.Any(
            other =>
            other is { Source.IsCommitted: false } && Endpoint.Parse(other.Text) is { Failure: null } own
            && own.Value.ToString() == parsed.ToString())
            || trust.Check(parsed, given.Source).Succeeded(out parsed, out failure) ? parsed
        : failure;
}
