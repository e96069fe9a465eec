using System.Globalization;

namespace LocalRun;

/// <summary>Writes a line whenever the outcome changes, and counts.</summary>
internal sealed class Diary(TimeProvider clock, TextWriter output)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _tokens = [];
    private Outcome? _last;
    private int _calls;

    /// <summary>How many calls came to something else than an answer.</summary>
    public int Failed { get; private set; }

    public void Note(Outcome outcome)
    {
        lock (_gate)
        {
            // Waiting for the first token is no failure.
            _calls += outcome.IsWait ? 0 : 1;
            Failed += outcome.IsWait || outcome.Token is not null ? 0 : 1;

            // Several callers: one that began earlier may end later, with a token of before.
            if (outcome == _last || (outcome.Token is { } token && !_tokens.Add(token) && _last?.Token is not null))
            {
                return;
            }

            _last = outcome;
            Write(outcome.Text);
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            Write(string.Create(CultureInfo.InvariantCulture, $"ended: {_calls} requests, {Failed} failed, {_tokens.Count} tokens"));
        }
    }

    private void Write(string text) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.GetLocalNow():HH:mm:ss.fff} {text}"));
}
