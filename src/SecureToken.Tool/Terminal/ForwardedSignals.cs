using System.Runtime.InteropServices;

namespace SecureToken.Tool.Terminal;

/// <summary>The signals that a child gets through us. Meanwhile they do nothing to us: we end when the child does.</summary>
internal sealed class ForwardedSignals : IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>Begins to pass signals on.</summary>
    /// <param name="forward">Gets the number of each.</param>
    public ForwardedSignals(Action<int> forward)
    {
        // On Windows a key reaches the child by itself; it only must not end us.
        (PosixSignal Signal, int Number)[] signals = OperatingSystem.IsWindows()
            ? [(PosixSignal.SIGINT, 2), (PosixSignal.SIGQUIT, 3)]
            :
            [
                (PosixSignal.SIGHUP, 1), (PosixSignal.SIGINT, 2), (PosixSignal.SIGQUIT, 3), (PosixSignal.SIGTERM, 15),
                    (PosixSignal.SIGWINCH, 28),
                .. (OperatingSystem.IsMacOS() ? (int[])[30, 31] : [10, 12]).Select(user => ((PosixSignal)user, user)),
            ];
        foreach ((PosixSignal signal, int number) in signals)
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                forward(number);
            }));
        }
    }

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());
}
