using SecureToken.Core.Destinations;
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
    private IDisposable? _line;
    private Task<string?>? _enter;
    private bool _inputEnded;
    private DateTime _until;

    public ResetGuide(ToolConsole console, bool opensBrowser)
    {
        _console = console;
        _opensBrowser = opensBrowser;
    }

    /// <summary>Whether a warning of the report was shown before the token was reset.</summary>
    public static bool TellsAhead(Failure warning) =>
        warning.Descriptor == DiagnosticDescriptors.OtherCopiesKnown || warning.Descriptor == DiagnosticDescriptors.DestinationNotRebuilt;

    public void Warn(Failure warning) => _console.Warn(warning);

    public Task<bool> ConfirmAsync(ResetRequest request, TokenScope scope, int destinations, CancellationToken cancellation)
    {
        _console.Say($"Ready: {Count(destinations)} can be updated to a new token of {scope}.");
        _console.Say($"The request is {request} (from {request.Source.Name}). It invalidates the old token immediately.");
        return Task.FromResult(_console.Confirm("Send it?", cancellation));
    }

    public Task<bool> ConfirmUpdateAsync(Failure warning, CancellationToken cancellation)
    {
        _console.Warn(warning);
        return Task.FromResult(
            ToolConsole.CanAsk && _console.Confirm("Update these copies to the current token, and reset nothing?", cancellation));
    }

    public void Point(ResetInstructions instructions)
    {
        _console.Say($"Ready: {Count(instructions.Destinations.Count)} can be updated to a new token of {instructions.Scope}.");
        foreach (Destination destination in instructions.Destinations)
        {
            _console.Say($"  {destination.Kind,-12} {destination.Location} ({destination.Slot})");
        }

        _console.Say(string.Empty);
        _console.Say("Reset the token in the browser. Reset Token resets the token of the user who is logged in, in the selected team:");
        _console.Say($"  1. Log in as {Who(instructions)}.");
        _console.Say($"  2. Switch to team {instructions.Scope.Team}.");
        _console.Say($"  3. Open Settings > User Profile > Sysdig Secure API{Where(instructions.Page)}.");
        _console.Say("  4. Press Reset Token.");
        if (instructions.IsTokenGiven)
        {
            _console.Say("  5. Copy the new token that the page shows, and paste it here.");
            _console.Say(string.Empty);
            return;
        }

        _console.Say(string.Empty);
        _until = DateTime.UtcNow + instructions.Limit;
        Wait();
    }

    public async Task WhenPressedAsync(CancellationToken cancellation)
    {
        if (!ToolConsole.CanAsk || _inputEnded)
        {
            await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        // One reader for all pauses: a read of a terminal cannot be cancelled, and the line that it gets is the next Enter.
        Task<string?> enter = _enter ??= Task.Run(Console.In.ReadLine, CancellationToken.None);
        await enter.WaitAsync(cancellation)
            .ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        if (enter.IsCompleted)
        {
            _inputEnded = enter.Result is null;
            _enter = null;
        }
    }

    public bool AsksAgain(Failure failure)
    {
        if (!ToolConsole.CanAsk)
        {
            return false;
        }

        _console.Error(failure);
        return true;
    }

    public void OtherTeamWasReset(Failure warning)
    {
        Dispose();
        _console.Warn(warning);
        Wait();
    }

    public void StillTheSame(Failure? trouble) => _console.Live.Note(trouble?.Message);

    public void Noticed(Fingerprint after)
    {
        Dispose();
        _console.Say($"There is a new token: {after}.");
        _line = _console.Live.Wait("updating every copy, and checking until the old token is rejected", null);
    }

    public void Dispose()
    {
        _line?.Dispose();
        _line = null;
    }

    private void Wait()
    {
        string enter = ToolConsole.CanAsk ? "Enter checks now; " : string.Empty;
        _line = _console.Live.Wait(
            $"waiting for the new token; {enter}Ctrl+C cancels and changes nothing",
            TimeSpan.FromSeconds(Math.Round((_until - DateTime.UtcNow).TotalSeconds)));
    }

    private string Where(Uri? page) =>
        page is null ? " in the Secure UI of the instance (this host also serves Monitoring, whose page resets another token)"
        : $": {page}{(_opensBrowser && Browser.Open(page, _console.Environment) ? " (opened in your browser)" : string.Empty)}";

    private static string Who(ResetInstructions instructions) =>
        instructions.Identity?.ToString()
        ?? (instructions.IsTokenGiven ? "the user whose token the copies hold" : "the identity of this credential");

    private static string Count(int destinations) => destinations == 1 ? "1 destination" : $"{destinations} destinations";
}
