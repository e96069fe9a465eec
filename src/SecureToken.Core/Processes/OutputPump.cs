using System.Security.Cryptography;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Processes;

/// <summary>Carries what a child writes to where it goes, with secrets masked, as it comes.</summary>
#pragma warning disable CA1001 // The thread disposes the redactor when it has carried everything; nobody else knows when.
public sealed class OutputPump
#pragma warning restore CA1001
{
    /// <summary>What the child's pipe holds on Linux: one read empties it.</summary>
    private const int ChunkSize = 64 * 1024;

    /// <summary>
    /// How long after the child's end more of its output is awaited. Something that it left running may hold the pipe for ever, and then
    /// whoever waits for us must not wait for that. A reader of ours who is slow to take what is there is waited for, as in any pipeline.
    /// </summary>
    private static readonly TimeSpan AfterEnd = TimeSpan.FromSeconds(2);

    private readonly Stream _from;
    private volatile SecretForms _forms;
    private readonly Stream _to;
    /// <summary>
    /// How long a program may stop in the middle of a wrapped secret, right after a line end, and still have all of it masked.
    /// </summary>
    private static readonly TimeSpan AfterLine = TimeSpan.FromMilliseconds(50);

    private readonly Timer _idle;
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private Redactor _redactor;
    private bool _isOver;
    private volatile bool _isReading;
    private int _reads;

    /// <summary>Begins to carry.</summary>
    /// <param name="from">The child's output or error.</param>
    /// <param name="forms">What is masked.</param>
    /// <param name="to">Where it goes.</param>
    public OutputPump(Stream from, SecretForms forms, Stream to)
    {
        _from = from;
        _forms = forms;
        _to = to;
        _redactor = new Redactor(forms);
        _idle = new Timer(static pump => ((OutputPump)pump!).ReleaseLine(), this, Timeout.Infinite, Timeout.Infinite);
        _thread = new Thread(Carry) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>From the next piece on other secrets are masked.</summary>
    public void Mask(SecretForms forms) => _forms = forms;

    /// <summary>Waits until everything was carried; false when something that the child left running still holds its output.</summary>
    public bool Finish()
    {
        while (true)
        {
            int reads = Volatile.Read(ref _reads);
            if (_thread.Join(AfterEnd))
            {
                return true;
            }

            if (_isReading && reads == Volatile.Read(ref _reads))
            {
                try
                {
                    End();
                }
                catch (IOException)
                {
                    // The reader has gone.
                }

                return false;
            }
        }
    }

    private void Carry()
    {
        byte[] chunk = GC.AllocateUninitializedArray<byte>(ChunkSize, pinned: true);
        SecretForms forms = _forms;
        try
        {
            for (int length = Read(chunk); length > 0; length = Read(chunk))
            {
                lock (_gate)
                {
                    if (_isOver)
                    {
                        // Nobody awaits it, and the secrets that would be masked are gone.
                        continue;
                    }

                    if (forms != _forms)
                    {
                        // What is held back may be the beginning of an earlier secret, which is dead.
                        _redactor.End(_to);
                        _redactor.Dispose();
                        forms = _forms;
                        _redactor = new Redactor(forms);
                    }

                    _redactor.Write(chunk.AsSpan(0, length), _to);
                    _to.Flush();
                    _idle.Change(_redactor.HoldsFinishedLine ? AfterLine : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                }
            }

            End();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Whoever reads from us has gone: then nobody reads from the child either, and it is told as it would be without us.
            _from.Dispose();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(chunk);
            _idle.Dispose();
        }
    }

    /// <summary>A program that stops after a line waits for its reader, so the line must reach him.</summary>
    private void ReleaseLine()
    {
        lock (_gate)
        {
            if (_isOver || !_redactor.HoldsFinishedLine)
            {
                return;
            }

            try
            {
                _redactor.End(_to);
                _to.Flush();
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                // Whoever carries the next piece finds out.
            }
        }
    }

    /// <summary>Passes on what is held back: nothing more is awaited, so it is no beginning of a secret.</summary>
    private void End()
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return;
            }

            _isOver = true;
            using (_redactor)
            {
                _redactor.End(_to);
                _to.Flush();
            }
        }
    }

    private int Read(byte[] chunk)
    {
        Interlocked.Increment(ref _reads);
        _isReading = true;
        int length = _from.Read(chunk);
        _isReading = false;
        return length;
    }
}
