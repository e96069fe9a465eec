using SecureToken.Emulator.Service;

namespace SecureToken.Emulator.Admin;

/// <summary>What is answered to a call of the emulator that cannot be carried out.</summary>
internal static class AdminErrors
{
    public static Task BadQueryAsync(HttpContext context, string error) =>
        ServiceErrors.WriteAsync(context, StatusCodes.Status400BadRequest, "Bad request", error);

    public static Task UnknownTeamAsync(HttpContext context) => ServiceErrors.WriteAsync(
        context, StatusCodes.Status404NotFound, "Team not found", "Give the id or the exact name of a team");

    public static Task UnknownIdentityAsync(HttpContext context) => ServiceErrors.WriteAsync(
        context,
        StatusCodes.Status404NotFound,
        "Identity not found",
        "Give the exact name of an identity; GET /emulator/identities lists them");
}
