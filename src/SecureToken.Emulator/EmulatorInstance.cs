namespace SecureToken.Emulator;

/// <summary>An instance that the resource controller lists.</summary>
/// <param name="Name">The name; several may have the same.</param>
/// <param name="Id">The GUID, with hyphens.</param>
/// <param name="Region">The region.</param>
/// <param name="Service">The service in its CRN: <c>sysdig-secure</c> is Workload Protection, <c>sysdig-monitor</c> Monitoring.</param>
/// <param name="State">The state.</param>
/// <param name="ExternalApiAuth">The parameter <c>external_api_auth</c>; null leaves it out, which means <c>ANY</c>.</param>
public sealed record EmulatorInstance(
    string Name,
    string Id,
    string Region = "eu-de",
    string Service = "sysdig-secure",
    string State = "active",
    string? ExternalApiAuth = null);
