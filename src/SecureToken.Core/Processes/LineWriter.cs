using System.Text;
using SecureToken.Core.Interop;

namespace SecureToken.Core.Processes;

/// <summary>
/// A stream that makes lines of text of what is written to it. What it gets has been through a <see cref="Secrets.Redactor"/>.
/// </summary>
/// <param name="line">Gets each line that is not empty, without its end.</param>
internal sealed class LineWriter(Action<string> line) : WriteOnlyStream
{
    /// <summary>In bytes. What is longer is cut: it is told to a person.</summary>
    private const int LongestLine = 4096;

    private readonly MemoryStream _begun = new();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        foreach (byte next in buffer)
        {
            if (next is (byte)'\n' or (byte)'\r')
            {
                EndLine();
            }
            else if (_begun.Length < LongestLine)
            {
                _begun.WriteByte(next);
            }
        }
    }

    /// <summary>Tells the last line, if it has no end.</summary>
    public void EndLine()
    {
        if (_begun.Length > 0)
        {
            string text = Encoding.UTF8.GetString(_begun.GetBuffer(), 0, (int)_begun.Length).TrimEnd();
            _begun.SetLength(0);
            if (text.Length > 0)
            {
                line(text);
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        _begun.Dispose();
        base.Dispose(disposing);
    }
}
