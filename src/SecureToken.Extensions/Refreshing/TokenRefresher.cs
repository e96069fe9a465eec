using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Watch;
using SecureToken.Core.Timing;

namespace SecureToken.Extensions.Refreshing;

/// <summary>
/// Holds the token that a program uses, and reads it again from its source: once for all who ask at the same time, and not before a
/// back-off when that did not help.
/// </summary>
internal sealed class TokenRefresher : IDisposable
{
    // A rejection that another token does not heal may be that of one path. Asking once a minute is what a watch does all day.
    private static readonly Backoff Unhelped = new(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1));
    private static readonly Backoff Unavailable = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    private static readonly Backoff Refused = new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10));

    private static readonly TimeSpan LongestRetryAfter = new WatchTimes().LongestRetryAfter;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly ITokenSource _source;
    private readonly TimeProvider _clock;
    private volatile TokenSnapshot? _current;
    private volatile Failure? _failure;
    private Flight? _flight;
    private long _notBefore;
    private int _unhelped;
    private int _failures;
    private bool _isEnded;

    public TokenRefresher(string key, ITokenSource source, TimeProvider clock)
    {
        Key = key;
        _source = source;
        _clock = clock;
        _notBefore = clock.GetTimestamp();
        Telemetry.Add(this);
    }

    /// <summary>Told, after a refresh and on a thread of its own, that there is another token.</summary>
    public event Action? Changed;

    /// <summary>The configuration key of the token.</summary>
    public string Key { get; }

    /// <summary>The token, or null while none was read.</summary>
    public TokenSnapshot? Current => _current;

    /// <summary>Why the last refresh failed; null when it did not.</summary>
    public Failure? LastFailure => _failure;

    /// <summary>Whether the service rejects the token and the source has no other.</summary>
    public bool IsRejected => Volatile.Read(ref _unhelped) > 0;

    /// <summary>How long the token has been in use.</summary>
    public TimeSpan? Age => _current is { } token ? _clock.GetUtcNow() - token.At : null;

    /// <summary>The shortest pause that the service asked for with its last answer, or null.</summary>
    public TimeSpan? RetryAfter => _source.RetryAfter;

    /// <summary>Whether the source tells by itself that there is another token, so that polling adds nothing.</summary>
    public bool IsFollowing => _source.IsFollowing;

    /// <summary>The clock.</summary>
    public TimeProvider Clock => _clock;

    /// <summary>Where events go; nowhere before the services of the program exist.</summary>
    public ILogger Logger { get; private set; } = NullLogger.Instance;

    /// <summary>Sends events to a log, and the failure that nobody has been told yet.</summary>
    public void LogTo(ILogger logger)
    {
        lock (_gate)
        {
            if (Logger != NullLogger.Instance)
            {
                return;
            }

            Logger = logger;
        }

        if (_failure is { } failure)
        {
            Log.Failed(logger, failure);
        }
    }

    /// <summary>The token after the source was read again, unless that has happened already or must not happen yet.</summary>
    /// <param name="trigger">Why.</param>
    /// <param name="known">The token that the caller has: it was rejected, or is null.</param>
    /// <param name="cancellation">Ends the caller's wait. The refresh itself goes on for the others.</param>
    public async Task<TokenSnapshot?> RefreshAsync(RefreshTrigger trigger, TokenSnapshot? known, CancellationToken cancellation)
    {
        bool isDemand = trigger is RefreshTrigger.Rejected or RefreshTrigger.FirstUse;
        while (true)
        {
            Flight flight;
            bool isOwn = false;
            lock (_gate)
            {
                if (_isEnded || (isDemand && !ReferenceEquals(_current, known)))
                {
                    return _current;
                }

                if (_flight is null)
                {
                    if (isDemand && _clock.GetTimestamp() < _notBefore)
                    {
                        return _current;
                    }

                    _flight = new Flight(trigger);
                    isOwn = true;
                    _flight.Done = Task.Run(() => RunAsync(trigger), CancellationToken.None);
                }

                flight = _flight;
            }

            await flight.Done.WaitAsync(cancellation);

            // A poll may have been answered just before the token was reset; what began after a rejection was not.
            if (isOwn || flight.Trigger == trigger || !isDemand)
            {
                return _current;
            }
        }
    }

    /// <summary>Ends a refresh that is on its way; who waits for it goes on with the token that there was.</summary>
    public void Dispose()
    {
        Task? last;
        lock (_gate)
        {
            if (_isEnded)
            {
                return;
            }

            _isEnded = true;
            last = _flight?.Done;
        }

        Telemetry.Remove(this);
        _ended.Cancel();
        if (last is null)
        {
            Close();
        }
        else
        {
            last.ContinueWith(_ => Close(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private void Close()
    {
        _source.Dispose();
        _ended.Dispose();
    }

    private async Task RunAsync(RefreshTrigger trigger)
    {
        (TokenSnapshot? before, Failure? trouble) = (_current, _failure);
        using var measured = new MeasuredRefresh(this, trigger);
        Result<TokenSnapshot> read = await ReadAsync(before);
        bool isChanged = false;
        lock (_gate)
        {
            _flight = null;
            if (_isEnded)
            {
                return;
            }

            isChanged = read.Failure is null && !ReferenceEquals(read.Value, before);
            TakeIn(read, trigger, isChanged);
        }

        measured.End(read.Failure, isChanged);
        Report(read, before, trouble, isChanged);
        if (isChanged)
        {
            _ = Task.Run(TellChange);
        }
    }

    private async Task<Result<TokenSnapshot>> ReadAsync(TokenSnapshot? before)
    {
        try
        {
            return await _source.ReadAsync(before, _ended.Token);
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            return Failure.Of(DiagnosticDescriptors.Cancelled);
        }
        catch (Exception defect) when (defect is not OutOfMemoryException)
        {
            // The type alone: a text may hold what was being read.
            return Failure.Of(DiagnosticDescriptors.Unexpected, defect.GetType().Name);
        }
    }

    private void TakeIn(Result<TokenSnapshot> read, RefreshTrigger trigger, bool isChanged)
    {
        _failure = read.Failure;
        TimeSpan pause = TimeSpan.Zero;
        if (read.Failure is { } failure)
        {
            bool isPassing = failure.Descriptor.Exit == ExitStatus.Unavailable || failure.Descriptor == DiagnosticDescriptors.TokenRefused;
            pause = (isPassing ? Unavailable : Refused).Pause(_failures++);
            TimeSpan wanted = _source.RetryAfter ?? TimeSpan.Zero;
            pause = wanted > LongestRetryAfter ? LongestRetryAfter : wanted > pause ? wanted : pause;
        }
        else if (isChanged)
        {
            _current = read.Value;
            (_failures, _unhelped) = (0, 0);
        }
        else
        {
            _failures = 0;
            pause = trigger == RefreshTrigger.Rejected ? Unhelped.Pause(_unhelped++) : TimeSpan.Zero;
        }

        _notBefore = _clock.GetTimestamp() + (long)(pause.TotalSeconds * _clock.TimestampFrequency);
    }

    /// <summary>What goes on is told once: a failure until it is another one or over, a rejection until there is another token.</summary>
    private void Report(Result<TokenSnapshot> read, TokenSnapshot? before, Failure? trouble, bool isChanged)
    {
        if (read.Failure is { } failure)
        {
            if (failure.Code != trouble?.Code)
            {
                Log.Failed(Logger, failure);
            }
        }
        else if (isChanged)
        {
            Log.Changed(Logger, read.Value.Fingerprint.Value, read.Value.Owner, before?.Fingerprint.Value ?? "none");
        }
        else if (trouble is not null)
        {
            Log.Recovered(Logger, read.Value.Fingerprint.Value, read.Value.Owner);
        }
        else if (_unhelped == 1)
        {
            Log.Failed(Logger, Failure.Of(DiagnosticDescriptors.RejectedUnchanged, read.Value.Fingerprint, read.Value.Owner));
        }
    }

    private void TellChange()
    {
        try
        {
            Changed?.Invoke();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // What others do on a change must not end the refreshes.
            Log.Failed(Logger, Failure.Of(DiagnosticDescriptors.Unexpected, fault.GetType().Name));
        }
    }

    private sealed class Flight(RefreshTrigger trigger)
    {
        public RefreshTrigger Trigger { get; } = trigger;

        public Task Done { get; set; } = Task.CompletedTask;
    }
}
