using System.Globalization;
using SecureToken.Core.Http;

namespace SecureToken.Tool.Terminal;

/// <summary>
/// One line that says what is awaited, so that nobody sees nothing for more than a second. On a terminal it moves. Elsewhere
/// <c>--verbose</c> gets it as plain lines with the time, and the long waits of a reset are said once, and again when there is news.
/// </summary>
internal sealed class LiveLine(ToolConsole console)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(150);

    // How often a plain line says the same again.
    private static readonly TimeSpan Repetition = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly List<RequestProgress> _requests = [];
    private long _began = TimeProvider.System.GetTimestamp();
    private long _plainAt;
    private string? _plain;
    private Timer? _timer;
    private string _text = "working";
    private string? _wait;
    private string? _limit;
    private string? _note;
    private RequestProgress? _latest;
    private int _beat;

    /// <summary>Begins. A run that ends before the patience does shows nothing.</summary>
    public void Start()
    {
        lock (_gate)
        {
            _began = TimeProvider.System.GetTimestamp();
            _timer ??= new Timer(_ => Tick(), null, Patience, Beat);
        }
    }

    /// <summary>Ends, and takes the line away.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _timer?.Dispose();
            _timer = null;
            console.Draw(string.Empty);
        }
    }

    /// <summary>What is done, where no request says more.</summary>
    public void Say(string text)
    {
        lock (_gate)
        {
            _text = text;
        }
    }

    /// <summary>Shows what a request is at.</summary>
    public void Follow(RequestProgress request)
    {
        lock (_gate)
        {
            _latest = request;
            _requests.Remove(request);
            if (!request.IsOver)
            {
                _requests.Add(request);
            }
        }
    }

    /// <summary>A long wait that a person is told of: no request hides it, and its time is its own.</summary>
    /// <param name="text">What is awaited.</param>
    /// <param name="limit">How long at most.</param>
    /// <returns>Ends the wait.</returns>
    public IDisposable Wait(string text, TimeSpan? limit)
    {
        lock (_gate)
        {
            _wait = text;
            _limit = limit is { } known ? Clock(known) : null;
            _note = null;
            _began = TimeProvider.System.GetTimestamp();
            if (console.IsLive)
            {
                Tick();
            }
            else
            {
                console.Say($"{char.ToUpperInvariant(text[0])}{text[1..]}{(_limit is null ? string.Empty : $" (up to {_limit})")}.");
            }
        }

        return new WaitEnd(this);
    }

    /// <summary>What is the matter during a wait; null when nothing is.</summary>
    public void Note(string? note)
    {
        lock (_gate)
        {
            if (_wait is not null && !console.IsLive && note is not null && note != _note)
            {
                console.Say($"Still waiting: {note}");
            }

            _note = note;
        }
    }

    private void Tick()
    {
        lock (_gate)
        {
            if (_timer is null)
            {
                return;
            }

            string clock = Clock(TimeProvider.System.GetElapsedTime(_began));
            string text = WhatIsDone;
            if (console.IsLive)
            {
                console.Draw($"{"|/-\\"[_beat++ % 4]} {clock}{(_limit is null ? string.Empty : $" of {_limit}")}  {text}");
            }
            else if (console.Verbosity < Verbosity.Verbose)
            {
                // Nobody sees it, and a run can last for days.
                _timer.Change(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
            }
            else if (_wait is null)
            {
                TickPlainly(clock, text);
            }
        }
    }

    private void TickPlainly(string clock, string text)
    {
        TimeSpan since = TimeProvider.System.GetElapsedTime(Math.Max(_plainAt, console.LastWritten));
        if (since >= (text == _plain ? Repetition : TimeSpan.FromSeconds(1) - Beat))
        {
            console.Detail($"[{clock}] {text}");
            _plainAt = TimeProvider.System.GetTimestamp();
            _plain = text;
        }
    }

    private string WhatIsDone =>
        _wait is not null ? _note is null ? _wait : $"{Short(_latest) ?? _note}; {_wait}"
        : _requests.Count == 0 ? _text
        : _requests[^1] is { Trouble: { } trouble } again
            ? Short(again) is { } answered ? $"{answered}, attempt {again.Attempt}" : $"attempt {again.Attempt}: {trouble.Message}"
        : $"waiting for {_requests[^1].Host}";

    /// <summary>The host and its status, which fit on any line; null when it gave no status.</summary>
    private static string? Short(RequestProgress? request) =>
        request is { Status: >= 300 and int status } ? $"{request.Host}: HTTP {status}" : null;

    private static string Clock(TimeSpan span) => span.TotalHours < 1
        ? span.ToString(@"m\:ss", CultureInfo.InvariantCulture)
        : span.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture);

    private void EndWait()
    {
        lock (_gate)
        {
            _wait = null;
            _limit = null;
            _note = null;
            console.Draw(string.Empty);
        }
    }

    private sealed class WaitEnd(LiveLine line) : IDisposable
    {
        public void Dispose() => line.EndWait();
    }
}
