using System.Globalization;
using System.Text;
using Xunit;

namespace SecureToken.Tool.Tests.Support;

/// <summary>What a terminal of some width shows of what was written to it: as much of one as the tool needs, and no more.</summary>
public sealed class Screen
{
    private readonly int _columns;
    private readonly List<StringBuilder> _rows = [new()];
    private int _row;
    private int _column;

    /// <summary>Shows a text on an empty screen.</summary>
    public Screen(string written, int columns)
    {
        _columns = columns;
        for (int i = 0; i < written.Length; i++)
        {
            switch (written[i])
            {
                case '\e' when i + 1 < written.Length && written[i + 1] == ']':
                    i = EndOfLink(written, i);
                    break;
                case '\e':
                    i = Obey(written, i);
                    break;
                case '\r':
                    _column = 0;
                    break;
                case '\n':
                    Down();
                    break;
                case '\b':
                    _column = Math.Max(0, _column - 1);
                    break;
                default:
                    Put(written[i]);
                    break;
            }
        }
    }

    /// <summary>The rows from the first that was written to, also those that have left a real screen at its top.</summary>
    public IReadOnlyList<string> Rows => [.. _rows.Select(row => row.ToString().TrimEnd())];

    private void Put(char character)
    {
        if (_column == _columns)
        {
            Down();
            _column = 0;
        }

        StringBuilder row = _rows[_row];
        row.Append(' ', Math.Max(0, _column + 1 - row.Length))[_column++] = character;
    }

    private void Down()
    {
        if (++_row == _rows.Count)
        {
            _rows.Add(new());
        }
    }

    private static int EndOfLink(string written, int at)
    {
        int end = written.IndexOf("\e\\", at, StringComparison.Ordinal);
        Assert.True(end > at, "An OSC sequence has no end.");
        return end + 1;
    }

    private int Obey(string written, int at)
    {
        if (at + 1 < written.Length && written[at + 1] is '=' or '>')
        {
            return at + 1;
        }

        Assert.Equal('[', written[at + 1]);
        int end = at + 2;
        while (!char.IsAsciiLetter(written[end]))
        {
            end++;
        }

        string parameter = written[(at + 2)..end];
        switch (written[end])
        {
            case 'A':
                _row = Math.Max(0, _row - int.Parse(parameter, CultureInfo.InvariantCulture));
                break;
            case 'K':
                _rows[_row].Length = parameter == "2" ? 0 : Math.Min(_rows[_row].Length, _column);
                break;
            case 'm' or 'h' or 'l':
                break;
            default:
                Assert.Fail($"A sequence that this screen does not know: {parameter}{written[end]}");
                break;
        }

        return end;
    }
}
