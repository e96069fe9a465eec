namespace SecureToken.Emulator;

/// <summary>What an identity is to IAM. Only a user can log in to the page.</summary>
public enum EmulatorIdentityKind
{
    /// <summary>A person, with an API key and a browser.</summary>
    User,

    /// <summary>A service ID, with an API key.</summary>
    ServiceId,

    /// <summary>A trusted profile, for the emulated compute resource or for whoever assumes it. It has no API key.</summary>
    TrustedProfile,
}
