namespace SecureToken.Core.Diagnostics;

/// <summary>Every failure and warning a user can meet, a file for each hundred of codes. The texts are in <c>Messages.resx</c>.</summary>
public static partial class DiagnosticDescriptors
{
    /// <summary>An unexpected error.</summary>
    public static readonly DiagnosticDescriptor Unexpected = new("SECTOK900", ExitStatus.Unexpected);

    /// <summary>All of them, by code.</summary>
    public static IReadOnlyList<DiagnosticDescriptor> All =>
        [
            .. OfBuild, .. OfSettings, .. OfIdentity, .. OfNetwork, .. OfService, .. OfFiles, .. OfDestinations, .. OfPrograms, .. OfReset,
            Unexpected,
        ];

    /// <summary>The one with a code, or null.</summary>
    public static DiagnosticDescriptor? Find(string code) => All.FirstOrDefault(diagnostic => diagnostic.Code == code);
}
