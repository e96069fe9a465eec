using System.Globalization;

namespace SecureToken.Tool.Terminal;

/// <summary>
/// One line that moves while something is awaited. Where nobody sees it move (a log, a pipe) it is written once, and again only when there
/// is something new to say.
/// </summary>
internal sealed class LiveLine : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(150);
    private readonly ToolConsole _console;
    private readonly string _text;
    private readonly string? _limit;
    private readonly long _began = TimeProvider.System.GetTimestamp();
    private readonly Lock _gate = new();
    private readonly Timer? _timer;
    private string? _note;
    private int _beat;
    private bool _isOver;

    public LiveLine(ToolConsole console, string text, TimeSpan? limit)
    {
        _console = console;
        _text = text;
        _limit = limit is { } known ? Clock(known) : null;
        if (console.IsLive)
        {
            _timer = new Timer(_ => Draw(), null, TimeSpan.Zero, Beat);
        }
        else
        {
            console.Say($"{char.ToUpperInvariant(text[0])}{text[1..]}{(_limit is null ? string.Empty : $" (up to {_limit})")}.");
        }
    }

    /// <summary>What is the matter meanwhile; null when nothing is.</summary>
    public void Note(string? note)
    {
        lock (_gate)
        {
            if (_timer is null && note is not null && note != _note)
            {
                _console.Say($"Still waiting: {note}");
            }

            _note = note;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (!_isOver)
            {
                _isOver = true;
                _timer?.Dispose();
                if (_timer is not null)
                {
                    _console.Redraw(string.Empty);
                }
            }
        }
    }

    private void Draw()
    {
        lock (_gate)
        {
            if (!_isOver)
            {
                _console.Redraw(
                    $"{"|/-\\"[_beat++ % 4]} "
                        + $"{Clock(TimeProvider.System.GetElapsedTime(_began))}{(_limit is null ? string.Empty : $" of {_limit}")}  {_note ?? _text}");
            }
        }
    }

    private static string Clock(TimeSpan span) => span.TotalHours < 1
        ? span.ToString(@"m\:ss", CultureInfo.InvariantCulture)
        : span.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture);
}
