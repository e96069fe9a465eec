using System.Text;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Tests.Destinations;

/// <summary>A token as the service would have told it.</summary>
internal static class CurrentToken
{
    public const string Value = "4f2d7c1e-8b3a-4e6d-9c5f-0a1b2c3d4e5f";

    private static readonly TokenScope Scope = new(
        Endpoint.Parse("https://eu-de.security-compliance-secure.cloud.ibm.com").Value, new Instance("11111111-2222-3333-4444-555555555555", null), new Team(42, "payments"));

    public static string Fingerprint => Scope.FingerprintOf(Encoding.ASCII.GetBytes(Value)).Value;

    public static FetchedToken Create(string value = Value) => new(Token.TryCreate(Encoding.ASCII.GetBytes(value))!, Scope, DateTimeOffset.UnixEpoch);
}
