namespace SecureToken.Emulator;

/// <summary>How the kinds of identities are written on the command line and in JSON.</summary>
internal static class IdentityKindNames
{
    public static readonly IReadOnlyDictionary<string, EmulatorIdentityKind> Kinds =
        new Dictionary<string, EmulatorIdentityKind>(StringComparer.Ordinal)
        {
            ["user"] = EmulatorIdentityKind.User,
            ["service-id"] = EmulatorIdentityKind.ServiceId,
            ["trusted-profile"] = EmulatorIdentityKind.TrustedProfile,
        };

    public static string NameOf(EmulatorIdentityKind kind) => Kinds.First(pair => pair.Value == kind).Key;
}
