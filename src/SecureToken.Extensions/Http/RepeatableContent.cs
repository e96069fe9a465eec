using System.Net.Http.Json;

namespace SecureToken.Extensions.Http;

/// <summary>Decides whether a body can be sent a second time.</summary>
internal static class RepeatableContent
{
    /// <summary>A body that is read from a stream is kept up to this many bytes.</summary>
    public const int Limit = 64 * 1024;

    /// <summary>Whether it can be sent again; a short body from a stream is read into memory for that.</summary>
    public static ValueTask<bool> PrepareAsync(HttpContent content, CancellationToken cancellation) =>
        content switch
        {
            // In memory already, or written from an object each time.
            ByteArrayContent or ReadOnlyMemoryContent or JsonContent => new(true),

            // A body of unknown length may be endless, and one that was begun cannot be given back.
            _ => content.Headers.ContentLength is <= Limit ? BufferAsync(content, cancellation) : new(false),
        };

    private static async ValueTask<bool> BufferAsync(HttpContent content, CancellationToken cancellation)
    {
        await content.LoadIntoBufferAsync(Limit, cancellation);
        return true;
    }
}
