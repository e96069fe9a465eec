using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Doctor;

/// <summary>What is examined.</summary>
/// <param name="Plans">The tokens; none when the settings are not complete.</param>
/// <param name="Layers">What the settings say, the strongest first: they name IAM even where they do not name a token.</param>
/// <param name="Trust">Which hosts a committed file may name.</param>
/// <param name="Credentials">Who we are.</param>
/// <param name="Transport">How to ask.</param>
public sealed record DoctorSubject(
    IReadOnlyList<InjectPlan> Plans, IReadOnlyList<SettingsLayer> Layers, HostTrust Trust, CredentialOptions Credentials,
        TransportOptions Transport);
