namespace SecureToken.Emulator;

/// <summary>How the kinds of faults are written in admin calls.</summary>
internal static class FaultKindNames
{
    public static readonly IReadOnlyDictionary<string, EmulatorFaultKind> Kinds =
        Enum.GetValues<EmulatorFaultKind>().ToDictionary(NameOf, StringComparer.Ordinal);

    public static string NameOf(EmulatorFaultKind kind) => kind.ToString().ToLowerInvariant();
}
