using System.Net;
using System.Security.Cryptography;

namespace SecureToken.Core.Http;

/// <summary>
/// A body that is written as a copy, because <see cref="PlaintextStream"/> zeroes what it was given, and another attempt may send the same.
/// </summary>
/// <param name="body">The bytes; they stay the caller's.</param>
internal sealed class CopiedContent(byte[] body) : HttpContent
{
    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        byte[] copy = Copy();
        try
        {
            stream.Write(copy, 0, copy.Length);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        byte[] copy = Copy();
        try
        {
            await stream.WriteAsync(copy, cancellationToken);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }

    private byte[] Copy()
    {
        byte[] copy = GC.AllocateUninitializedArray<byte>(body.Length, pinned: true);
        body.CopyTo(copy, 0);
        return copy;
    }
}
