using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SecureToken.Core.Http;

/// <summary>
/// A connection with TLS taken off. Two things differ from the stream that it wraps:
/// <list type="bullet">
/// <item>A request that got no response fails. If the server closes the connection without a single byte, the platform's handler sends a
/// request without a body again by itself (measured: A request without a body is sent again). An error instead of the end of the stream
/// prevents that, also on a connection that was used before. So one attempt is one request.</item>
/// <item>What was written is zeroed. The platform's handler keeps its buffer, with the credential in it, as long as the connection, and
/// gives it back to a pool as it is. Nothing else is written here: a body comes from <see cref="CopiedContent"/>.</item>
/// </list>
/// </summary>
/// <param name="inner">The connection.</param>
internal sealed class PlaintextStream(Stream inner) : Stream
{
    // Written by the sender, read by the reader of the same connection, which may be another thread.
    private volatile bool _isAwaited;
    private volatile bool _hasEnded;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer) => Received(inner.Read(buffer), buffer.Length);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        buffer.IsEmpty ? inner.ReadAsync(buffer, cancellationToken) : ReceiveAsync(buffer, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            Sending();
            inner.Write(buffer);
        }
        finally
        {
            Zero(buffer);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            Sending();
            await inner.WriteAsync(buffer, cancellationToken);
        }
        finally
        {
            Zero(buffer.Span);
        }
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private static void Zero(ReadOnlySpan<byte> sent) =>
        CryptographicOperations.ZeroMemory(MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(sent), sent.Length));

    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellation) =>
        Received(await inner.ReadAsync(buffer, cancellation), buffer.Length);

    private void Sending()
    {
        _isAwaited = true;

        // The handler looked before the end came: nothing of this request is on its way yet.
        if (_hasEnded)
        {
            throw new NoAnswerException();
        }
    }

    /// <summary>A read of no bytes only waits for data.</summary>
    private int Received(int count, int wanted)
    {
        if (wanted == 0)
        {
            return count;
        }

        _hasEnded = count == 0;
        if (_hasEnded && _isAwaited)
        {
            throw new NoAnswerException();
        }

        _isAwaited = false;
        return count;
    }
}

/// <summary>The server closed the connection instead of answering.</summary>
internal sealed class NoAnswerException() : IOException("The connection was closed without an answer.");
