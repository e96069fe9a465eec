namespace SecureToken.Emulator.Http;

/// <summary>The routes that steer the emulator and are no part of what it emulates.</summary>
internal static class AdminPaths
{
    public static bool Includes(HttpRequest request) => request.Path.StartsWithSegments("/emulator");
}
