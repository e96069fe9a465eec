using System.IO.Pipes;
using SecureToken.Core.Interop;
using SecureToken.Core.Processes;
using Xunit;

namespace SecureToken.Core.Tests.Processes;

/// <summary>What becomes of the output of a program that has ended.</summary>
[Trait("System", "Unix")]
public sealed class OutputPumpTests : IDisposable
{
    private readonly Programs _programs = new();

    public void Dispose() => _programs.Dispose();

    [Fact]
    public async Task A_slow_reader_gets_all_of_it()
    {
        await using var output = new AnonymousPipeServerStream(PipeDirection.Out);
        await using var from = new AnonymousPipeClientStream(PipeDirection.In, output.ClientSafePipeHandle);
        using var to = new SlowReader();
        var pump = new OutputPump(from, _programs.Forms, to);
        await output.WriteAsync("the last words"u8.ToArray(), TestContext.Current.CancellationToken);
        await output.DisposeAsync();
        Task<bool> finish = Task.Run(pump.Finish, TestContext.Current.CancellationToken);

        // Longer than a program that holds the pipe is waited for.
        Assert.NotSame(finish, await Task.WhenAny(finish, Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken)));
        to.Ready.Set();
        Assert.True(await finish);
        Assert.Equal("the last words"u8, to.Got.ToArray());
    }

    [Fact]
    public async Task Nobody_waits_for_what_holds_the_pipe_and_says_nothing()
    {
        await using var output = new AnonymousPipeServerStream(PipeDirection.Out);
        await using var from = new AnonymousPipeClientStream(PipeDirection.In, output.ClientSafePipeHandle);
        using var to = new MemoryStream();
        var pump = new OutputPump(from, _programs.Forms, to);
        await output.WriteAsync("the last words"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.False(await Task.Run(pump.Finish, TestContext.Current.CancellationToken));
        Assert.Equal("the last words"u8, to.ToArray());
        await output.DisposeAsync();
        Assert.True(pump.Finish());
    }

    [Fact]
    public async Task What_may_be_the_beginning_of_a_secret_is_not_lost_when_something_holds_the_pipe()
    {
        await using var output = new AnonymousPipeServerStream(PipeDirection.Out);
        await using var from = new AnonymousPipeClientStream(PipeDirection.In, output.ClientSafePipeHandle);
        using var to = new MemoryStream();
        var pump = new OutputPump(from, _programs.Forms, to);
        byte[] begun = [.. "last: "u8, .. _programs.Forms.All[0].Bytes[..5]];
        await output.WriteAsync(begun, TestContext.Current.CancellationToken);
        Assert.False(await Task.Run(pump.Finish, TestContext.Current.CancellationToken));
        Assert.Equal(begun, to.ToArray());

        // The forms may be zeroed from here on, so nothing would be masked.
        await output.WriteAsync(_programs.Forms.All[0].Bytes.ToArray(), TestContext.Current.CancellationToken);
        await output.DisposeAsync();
        Assert.True(pump.Finish());
        Assert.Equal(begun, to.ToArray());
    }

    [Fact]
    public async Task What_cannot_be_written_is_noted_and_what_comes_later_arrives()
    {
        await using var output = new AnonymousPipeServerStream(PipeDirection.Out);
        await using var from = new AnonymousPipeClientStream(PipeDirection.In, output.ClientSafePipeHandle);
        await using var disk = new FullDisk();
        await using var to = new ChildOutput("Standard output", disk);
        var pump = new OutputPump(from, _programs.Forms, to);
        await output.WriteAsync("lost"u8.ToArray(), TestContext.Current.CancellationToken);
        await disk.Refused.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        disk.IsFull = false;
        await output.WriteAsync("later"u8.ToArray(), TestContext.Current.CancellationToken);
        await output.DisposeAsync();
        Assert.True(pump.Finish());
        Assert.Equal("later"u8, disk.Got.ToArray());
        Assert.Equal("No space left on device", to.Loss);
        Assert.False(to.HasLostReader);
    }

    private sealed class FullDisk : WriteOnlyStream
    {
        private readonly TaskCompletionSource _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsFull { get; set; } = true;

        public Task Refused => _refused.Task;

        public List<byte> Got { get; } = [];

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (IsFull)
            {
                _refused.TrySetResult();
                throw new IOException("No space left on device.", 28);
            }

            Got.AddRange(buffer);
        }
    }

    /// <summary>Takes nothing before it is ready.</summary>
    private sealed class SlowReader : MemoryStream
    {
        public ManualResetEventSlim Ready { get; } = new();

        public MemoryStream Got { get; } = new();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Ready.Wait();
            Got.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        protected override void Dispose(bool disposing)
        {
            Ready.Dispose();
            Got.Dispose();
            base.Dispose(disposing);
        }
    }
}
