namespace SecureToken.Tool.Terminal;

/// <summary>
/// Standard input that tells when it is being read: a credential may be awaited from a person, who must be able to leave.
/// </summary>
internal sealed class WatchedInput : Stream
{
    private readonly Stream _input;
    private readonly Action _ended;

    public WatchedInput(Stream input, Action ended)
    {
        _input = input;
        _ended = ended;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer) => _input.Read(buffer);

    public override int Read(byte[] buffer, int offset, int count) => _input.Read(buffer, offset, count);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _input.Dispose();
            _ended();
        }

        base.Dispose(disposing);
    }
}
