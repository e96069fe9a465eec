using System.Globalization;

namespace SecureToken.Emulator.Cli;

/// <summary>Writes one line per request to standard error.</summary>
internal static class VerboseLog
{
    public static void Write(EmulatorRequest request)
    {
        var line = request.At.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture) +
            $" {request.Method} {request.Path} {request.Status}" +
            $" auth={request.AuthorizationKind} SysdigTeamID={request.SysdigTeamIDHeader ?? "-"} TeamID={request.TeamIDHeader ?? "-"}" +
            $" IBMInstanceID={request.InstanceHeader ?? "-"} agent={request.UserAgent ?? "-"}";

        // A decoded path can hold a line break, which would forge a second line.
        Console.Error.WriteLine(string.Concat(line.Select(character => char.IsControl(character) ? '?' : character)));
    }
}
