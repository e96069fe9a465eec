using System.Runtime.InteropServices;

namespace SecureToken.Core.Interop;

/// <summary>The library that does cryptography and TLS for .NET on Linux. A slim container may have none.</summary>
public static class OpenSsl
{
    /// <summary>The names by which the runtime looks for it, and one of a version to come: a name too many does no harm.</summary>
    private static readonly string[] Names =
        ["libssl.so.3", "libssl.so.4", "libssl.so.1.1", "libssl.so.1.0.2", "libssl.so.1.0.0", "libssl.so.10", "libssl.so"];

    /// <summary>
    /// Whether it is missing. The runtime ends the process by SIGABRT when it first needs it, and no handler hears of that; so it is
    /// looked for before. To load it takes as long as to connect, so a file at its usual place is enough.
    /// </summary>
    public static bool IsMissing => OperatingSystem.IsLinux() && !IsAtItsUsualPlace() && !CanBeLoaded();

    private static string? Override =>
        Environment.GetEnvironmentVariable("CLR_OPENSSL_VERSION_OVERRIDE") is { Length: > 0 } version ? version : null;

    private static bool IsAtItsUsualPlace()
    {
        string? machine = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => "x86_64-linux-gnu",
            Architecture.Arm64 => "aarch64-linux-gnu",
            _ => null,
        };
        return Override is null && machine is not null
            && Array.Exists(
                ["/usr/lib/" + machine, "/usr/lib64"], directory =>
                new FileInfo(directory + "/libssl.so.3") is { Exists: true, Length: > 0 });
    }

    private static bool CanBeLoaded() => (Override is { } version && CanLoad("libssl.so." + version)) || Array.Exists(Names, CanLoad);

    private static bool CanLoad(string name) => NativeLibrary.TryLoad(name, out _);
}
