using System.Text;

namespace SecureToken.Core.Processes;

/// <summary>A stream that makes lines of text of what is written to it. What it gets has been through a <see cref="Secrets.Redactor"/>.</summary>
/// <param name="line">Gets each line that is not empty, without its end.</param>
internal sealed class LineWriter(Action<string> line) : Stream
{
    /// <summary>In bytes. What is longer is cut: it is told to a person.</summary>
    private const int LongestLine = 4096;

    private readonly MemoryStream _begun = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

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

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

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
