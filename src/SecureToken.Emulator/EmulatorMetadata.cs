namespace SecureToken.Emulator;

/// <summary>Which versions the metadata service of the emulated VPC instance has.</summary>
public enum EmulatorMetadata
{
    /// <summary>Both versions.</summary>
    Both,

    /// <summary>Only version 2022-03-01 (<c>/instance_identity/v1/…</c>).</summary>
    Version2022,

    /// <summary>Only version 2025-08-26 (<c>/identity/v1/…</c>).</summary>
    Version2025,

    /// <summary>None: the metadata service is switched off, which it is by default on a new instance.</summary>
    Off,
}
