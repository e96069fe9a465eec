using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Reset;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Output;

/// <summary>Leads the person at the terminal through a reset, and shows that it is alive.</summary>
internal sealed class ResetGuide : IResetGuide, IDisposable
{
    private readonly ToolConsole _console;
    private readonly bool _opensBrowser;
    private LiveLine? _line;

    public ResetGuide(ToolConsole console, bool opensBrowser)
    {
        _console = console;
        _opensBrowser = opensBrowser;
    }

    /// <summary>Whether a warning of the report was told before the token was reset.</summary>
    public static bool TellsAhead(Failure warning) => warning.Descriptor == DiagnosticDescriptors.OtherCopiesKnown || warning.Descriptor == DiagnosticDescriptors.DestinationNotRebuilt;

    public void Warn(Failure warning) => _console.Warn(warning);

    public Task<bool> ConfirmAsync(ResetRequest request, TokenScope scope, int destinations, CancellationToken cancellation)
    {
        _console.Say($"Ready: {Count(destinations)} can be updated to a new token of {scope}.");
        _console.Say($"The request is {request} (from {request.Source.Name}). It invalidates the old token immediately.");
        return Task.FromResult(_console.Confirm("Send it?", cancellation));
    }

    public void Point(Uri page, TokenScope scope, int destinations, TimeSpan limit)
    {
        _console.Say($"Ready: {Count(destinations)} can be updated to a new token of {scope}.");
        _console.Say(string.Empty);
        _console.Say("Now reset the token:");
        _console.Say("  Settings > User Profile > Sysdig Secure API > Reset Token");
        _console.Say($"  usually at {page}{(_opensBrowser && Browser.Open(page, _console.Environment) ? " (opened in your browser)" : string.Empty)}");
        _console.Say(string.Empty);
        _line = new LiveLine(_console, "waiting for the new token; Ctrl+C cancels and changes nothing", limit);
    }

    public void StillTheSame(Failure? trouble) => _line?.Note(trouble?.Message);

    public void Noticed(Fingerprint after)
    {
        Dispose();
        _console.Say($"There is a new token: {after}.");
        _line = new LiveLine(_console, "updating every copy, and checking until the old token is rejected", null);
    }

    public void Dispose()
    {
        _line?.Dispose();
        _line = null;
    }

    private static string Count(int destinations) => destinations == 1 ? "1 destination" : $"{destinations} destinations";
}
