using System.IO.Pipes;
using System.Runtime.Versioning;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;

namespace SecureToken.Core.Processes;

/// <summary>A child on Unix.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class PosixChild : Child
{
    private const int Terminate = 15;
    private const int KillSignal = 9;
    private static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _ended = new();
    private readonly bool _isOfOwnSession;
    private readonly PosixPipe? _input;
    private ChildExit? _exit;

    private PosixChild(int id, bool isOfOwnSession, PosixPipe? input, PosixPipe? output, PosixPipe? error)
    {
        Id = id;
        _isOfOwnSession = isOfOwnSession;
        _input = input;
        Input = input is null ? null : new FileStream(input.Ours, FileAccess.Write, bufferSize: 0);
        Output = output is null ? null : new FileStream(output.Ours, FileAccess.Read, bufferSize: 0);
        Error = error is null ? null : new FileStream(error.Ours, FileAccess.Read, bufferSize: 0);
        new Thread(AwaitEnd) { IsBackground = true }.Start();
    }

    public override int Id { get; }

    public override ChildExit? ExitedWith
    {
        get
        {
            lock (_gate)
            {
                return _exit;
            }
        }
    }

    // Our own copy of the end that the child reads from is kept open for this look.
    public override bool LeftInputUnread => _input is not null && Posix.HasUnread(_input.Theirs);

    public static Result<Child> Begin(ChildStart start)
    {
        if (start.Directory is { } directory && !Directory.Exists(directory))
        {
            return Failure.Of(
                DiagnosticDescriptors.ProgramNotExecutable, start.Program, $"its working directory {directory} does not exist");
        }

        PosixPipe? input = start.PipesInput ? PosixPipe.Create(PipeDirection.Out) : null;
        PosixPipe? output = start.PipesOutput ? PosixPipe.Create(PipeDirection.In) : null;
        PosixPipe? error = start.PipesError ? PosixPipe.Create(PipeDirection.In) : null;
        int fault = Posix.Spawn(
            start.Program, start.Line, start.Environment.ToBlock(), start.Directory, [input?.Theirs, output?.Theirs, error?.Theirs],
                start.IsOfOwnSession, out int id);
        output?.Theirs.Dispose();
        error?.Theirs.Dispose();
        if (fault == 0)
        {
            return new PosixChild(id, start.IsOfOwnSession, input, output, error);
        }

        input?.Dispose();
        output?.Dispose();
        error?.Dispose();
        return NotStarted(start, fault);
    }

    public override bool WaitForExit(TimeSpan limit, CancellationToken cancellation)
    {
        try
        {
            return _ended.Wait(limit, cancellation);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public override void Signal(int signal)
    {
        // Until it is reaped its id belongs to it; a moment later it could be another's.
        lock (_gate)
        {
            if (_exit is null)
            {
                _ = Posix.Signal(_isOfOwnSession ? -Id : Id, signal);
            }
        }
    }

    public override void Kill()
    {
        Signal(Terminate);
        if (!_ended.Wait(GracePeriod))
        {
            Signal(KillSignal);
            _ended.Wait();
        }
        else if (_isOfOwnSession)
        {
            // The leader of a session ends, and what it started may stay; a group's id is not given away while it has members.
            _ = Posix.Signal(-Id, KillSignal);
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _input?.Theirs.Dispose();
    }

    private void AwaitEnd()
    {
        int error = Posix.AwaitEnd(Id);
        lock (_gate)
        {
            // A status that another part of the process took (it reaps whatever ends) is lost; 1 is as true as any.
            int status = 1 << 8;
            if (error == 0)
            {
                _ = Posix.Reap(Id, out status);
            }

            int signal = status & 0x7f;
            _exit = new ChildExit(signal == 0 ? (status >> 8) & 0xff : 0, signal);
        }

        _ended.Set();
    }
}
