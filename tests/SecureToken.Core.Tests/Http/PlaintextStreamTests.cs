using SecureToken.Core.Http;
using Xunit;

namespace SecureToken.Core.Tests.Http;

/// <summary>What is left of a request in the buffer that it was written from.</summary>
public sealed class PlaintextStreamTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Ways => ["span", "array", "memory, waiting for it"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_was_written_is_zeroed_after_it_arrived(string way)
    {
        using var network = new Network();
        using var stream = new PlaintextStream(network);
        byte[] buffer = "before key after"u8.ToArray();
        await WriteAsync(stream, way, buffer);
        Assert.Equal("key"u8, network.Received);
        Assert.Equal("before \0\0\0 after"u8, buffer);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_could_not_be_written_is_zeroed_too(string way)
    {
        using var network = new Network { IsBroken = true };
        using var stream = new PlaintextStream(network);
        byte[] buffer = "before key after"u8.ToArray();
        await Assert.ThrowsAsync<IOException>(() => WriteAsync(stream, way, buffer));
        Assert.Equal("before \0\0\0 after"u8, buffer);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_connection_that_had_ended_takes_nothing_and_leaves_nothing(string way)
    {
        using var network = new Network();
        using var stream = new PlaintextStream(network);
        Assert.Equal(0, await stream.ReadAsync(new byte[1], Ct));
        byte[] buffer = "before key after"u8.ToArray();
        await Assert.ThrowsAsync<NoAnswerException>(() => WriteAsync(stream, way, buffer));
        Assert.Empty(network.Received);
        Assert.Equal("before \0\0\0 after"u8, buffer);
    }

    private static async Task WriteAsync(PlaintextStream stream, string way, byte[] buffer)
    {
        switch (way)
        {
            case "span": stream.Write(buffer.AsSpan(7, 3)); break;
            case "array": stream.Write(buffer, 7, 3); break;
            default: await stream.WriteAsync(buffer.AsMemory(7, 3), Ct); break;
        }
    }

    /// <summary>Takes what it is given a moment later.</summary>
    private sealed class Network : MemoryStream
    {
        public bool IsBroken { get; init; }

        public byte[] Received => ToArray();

        public override int Read(Span<byte> buffer) => 0;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(0);

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (IsBroken)
            {
                throw new IOException("broken");
            }

            base.Write(buffer);
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            Write(buffer.Span);
        }
    }
}
