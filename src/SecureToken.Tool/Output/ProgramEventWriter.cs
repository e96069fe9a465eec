using System.Globalization;
using SecureToken.Core.Operations.Run;
using SecureToken.Core.Operations.Watch;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Output;

/// <summary>
/// What <c>run</c> says beside its program: a line for each event, with our name before it, to be told from the program's own.
/// </summary>
internal static class ProgramEventWriter
{
    public static void Write(WatchEvent one, OnReset what, ToolConsole console)
    {
        string team = $"dotnet-sectoken : team {one.Scope?.Team.ToString() ?? one.Team}: ";
        console.Say(team + one.Kind switch
        {
            WatchEventKind.Trouble =>
                string.Create(
                CultureInfo.InvariantCulture, $"{one.Failure!.Code}: {one.Failure.Message} Retrying in {one.Pause.TotalSeconds:0} s."),
            WatchEventKind.Recovered => $"the token is available again: {one.Now}",
            _ => $"token {one.Before} -> {one.Now}: {Deed(what)}",
        });
    }

    private static string Deed(OnReset what) => what switch
    {
        OnReset.Restart => "restarting the program",
        OnReset.Signal => "signalling the program",
        _ => "stopping the program",
    };
}
