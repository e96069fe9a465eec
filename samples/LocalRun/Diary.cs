using System.Globalization;

namespace LocalRun;

/// <summary>Writes a line whenever the outcome changes, and adds up how long the token was refused.</summary>
internal sealed class Diary(TimeProvider clock, TextWriter output)
{
    private Outcome? _last;
    private long _refusedSince;
    private TimeSpan _refused;
    private int _calls;

    public void Note(Outcome outcome)
    {
        _calls++;
        if (outcome == _last)
        {
            return;
        }

        CountRefusal();
        _last = outcome;
        _refusedSince = clock.GetTimestamp();
        Write(outcome.Text);
    }

    public void Close()
    {
        CountRefusal();
        Write(string.Create(CultureInfo.InvariantCulture, $"ended after {_calls} calls: 401 for {_refused.TotalSeconds:F2} s in total"));
    }

    private void CountRefusal()
    {
        if (_last is { IsRefusal: true })
        {
            _refused += clock.GetElapsedTime(_refusedSince);
        }
    }

    private void Write(string text) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.GetLocalNow():HH:mm:ss.fff} {text}"));
}
